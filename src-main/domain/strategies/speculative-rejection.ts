/**
 * Speculative Rejection (Sun et al., NeurIPS 2024, arXiv 2410.20290): start as many answers as fit while they are short;
 * whenever the memory is full, score the unfinished texts, stop the lowest share alpha, and go on with the rest.
 */
import { WinnowError } from '../../contract/errors.ts';
import {
  budgetHolding,
  budgetStarting,
  fits,
  fitsToTheEnd,
  megabytes,
  requireOneRow,
  rowsAtTheStart,
  tokensThatFit,
  type CacheBudget,
} from '../budget.ts';
import { keepBest, keepCount, type Rewards } from '../ranking.ts';
import {
  alphaParameter,
  candidatesParameter,
  choose,
  firstCandidates,
  memoryExhausted,
} from './parameters.ts';
import {
  checkSettings,
  type LaneAdvance,
  type LaneOutcome,
  type Strategy,
  type StrategyLane,
  type StrategySettings,
} from './strategy.ts';

const noRewards: Rewards = new Map();

/** A lane on its way. */
interface State {
  position: number;
  live: number[];
  /** Answers that ended and have no final reward yet. */
  unscored: number[];
  /** Final rewards of finished answers: all of them compete in the end. */
  done: Rewards;
  /** Finished answers that no decision has put below its cutoff: only these are ranked with the live rows. */
  standing: Set<number>;
  rejected: number;
}

export const speculativeRejection: Strategy = {
  name: 'speculative-rejection',
  label: 'Start many answers, stop the weak ones early',
  term: 'Speculative Rejection',
  help: 'Starts more answers than the memory could hold to the end. Whenever it is full, the unfinished answers are scored and the weakest are stopped.',
  parameters: [candidatesParameter, alphaParameter],
  sampling: (settings) => settings,
  run,
};

async function run(lane: StrategyLane, settings: StrategySettings): Promise<LaneOutcome> {
  checkSettings(speculativeRejection.parameters, settings);
  requireOneRow(settings);
  requireRoomForAll(settings);
  const started = rowsAtTheStart(settings, settings.candidates);
  if (started < settings.candidates) reportFewerStarted(lane, settings, started);

  const state: State = {
    position: 0,
    live: firstCandidates(started),
    unscored: [],
    done: new Map(),
    standing: new Set(),
    rejected: 0,
  };
  await lane.start(state.live);
  while (state.live.length > 0 && state.position < settings.maxTokens) {
    const tau = tokensThatFit(settings, state.live.length, state.position);
    const advance = await lane.advance(tau);
    state.position = advance.position;
    state.live = advance.live;
    state.unscored.push(...advance.ended.map(({ index }) => index));
    if (advance.outOfMemory) {
      await halve(lane, state, advance);
    } else if (state.live.length > 1 && state.position < settings.maxTokens) {
      await reject(lane, settings, state, advance);
    }
  }
  await scoreFinished(lane, state);
  if (state.rejected === 0) reportNothingStopped(lane, settings, started);
  return choose(lane, state.done);
}

/** A decision, and more of them over the live rows alone until the next token fits. */
async function reject(
  lane: StrategyLane,
  settings: StrategySettings,
  state: State,
  { cacheBytes }: LaneAdvance,
): Promise<void> {
  const rewards = await scoreAll(lane, state);
  const nextTokenFits = () => fits(settings, state.live.length, state.position, 1);
  const standing: Rewards = new Map([...state.done].filter(([index]) => state.standing.has(index)));
  const keep = keepCount(settings.alpha, state.live.length + standing.size);
  state.standing = new Set(decide(lane, state, cacheBytes, rewards, standing, keep));
  while (state.live.length > 1 && !nextTokenFits()) {
    decide(
      lane,
      state,
      cacheBytes,
      rewards,
      noRewards,
      keepCount(settings.alpha, state.live.length),
    );
  }
  if (state.live.length > 0) await lane.keep(state.live);
}

/** Memory ran out: a decision at once that keeps half of the live rows. */
async function halve(lane: StrategyLane, state: State, advance: LaneAdvance): Promise<void> {
  const before = state.live.length;
  if (before <= 1) throw memoryExhausted(state.position);
  const rewards = await scoreAll(lane, state);
  decide(lane, state, advance.cacheBytes, rewards, noRewards, keepCount(0.5, before));
  await lane.keep(state.live);
  lane.report({
    type: 'notice',
    code: 'rows-halved',
    message: `The computer ran out of memory with ${before} answers at ${state.position} tokens; the better ${state.live.length} go on.`,
  });
}

/** One decision, recorded as a round. Returns the finished answers that stay above its cutoff. */
function decide(
  lane: StrategyLane,
  state: State,
  cacheBytes: number,
  partialRewards: Rewards,
  finished: Rewards,
  keep: number,
): number[] {
  const live: Rewards = new Map(
    state.live.map((index) => [index, partialRewards.get(index) ?? null]),
  );
  const { survivors, rejected, finishedKept, cutoff } = keepBest(live, finished, keep);
  const { position } = state;
  lane.report({ type: 'round', position, live: live.size, cacheBytes, cutoff, rejected });
  state.live = survivors;
  state.rejected += rejected.length;
  return finishedKept;
}

/** Final rewards of what ended since the last decision, and partial rewards of the live rows (returned). */
async function scoreAll(lane: StrategyLane, state: State): Promise<Rewards> {
  await scoreFinished(lane, state);
  return lane.score(
    state.live.map((index) => ({ index })),
    'partial',
  );
}

async function scoreFinished(lane: StrategyLane, state: State): Promise<void> {
  if (state.unscored.length === 0) return;
  const requests = state.unscored.map((index) => ({ index }));
  for (const [index, reward] of await lane.score(requests, 'final')) {
    state.done.set(index, reward);
    state.standing.add(index);
  }
  state.unscored = [];
}

/** Throws budget-too-small where alpha is 0, so that nothing can be stopped, and the budget does not hold all to the end. */
export function requireRoomForAll(
  settings: Pick<StrategySettings, 'alpha' | 'candidates' | keyof CacheBudget>,
): void {
  const { alpha, candidates, maxTokens, cost, budgetBytes } = settings;
  if (alpha > 0 || fitsToTheEnd(settings, candidates)) return;
  const needed = budgetHolding(candidates, maxTokens, cost);
  throw new WinnowError(
    'budget-too-small',
    `With alpha 0 no answer is ever stopped, but the memory budget of ${megabytes(budgetBytes)} does not hold all ${candidates} answers of ${maxTokens} tokens.`,
    `Set alpha above 0, set the memory to at least ${megabytes(needed)}, or ask for fewer answers.`,
    { budgetBytes, smallestBudgetBytes: needed, candidates },
  );
}

function reportFewerStarted(
  lane: StrategyLane,
  { candidates, budgetBytes, maxTokens, cost }: StrategySettings,
  started: number,
): void {
  const needed = megabytes(budgetStarting(candidates, maxTokens, cost));
  lane.report({
    type: 'notice',
    code: 'fewer-started',
    message: `The memory budget of ${megabytes(budgetBytes)} holds only ${started} of the ${candidates} answers at their start, so ${started} were started. ${needed} would start them all.`,
  });
}

function reportNothingStopped(
  lane: StrategyLane,
  settings: StrategySettings,
  started: number,
): void {
  if (started === 1) return;
  const { alpha, budgetBytes, maxTokens, cost } = settings;
  const smaller = budgetHolding(Math.ceil(started / 4), maxTokens, cost);
  const offer = smaller < budgetBytes ? ` Try a budget of ${megabytes(smaller)}.` : '';
  const message =
    alpha === 0
      ? 'with alpha 0 no answer is ever stopped.'
      : fitsToTheEnd(settings, started)
        ? `the memory budget of ${megabytes(budgetBytes)} holds all ${started} answers to the end.${offer}`
        : `the answers ended before the memory was full.${offer}`;
  lane.report({
    type: 'notice',
    code: 'nothing-stopped',
    message: `Nothing was stopped: ${message}`,
  });
}

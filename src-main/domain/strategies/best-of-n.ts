/**
 * Best-of-N: write N answers to the end, score each, keep the best. Under a budget that holds R rows at full length it
 * runs in waves of R rows (paper.md: Best-of-N, exactly).
 */
import { requireOneRow, rowsToTheEnd } from '../budget.ts';
import { keepCount, type Rewards } from '../ranking.ts';
import {
  candidatesParameter,
  choose,
  firstCandidates,
  memoryExhausted,
  observeParameter,
} from './parameters.ts';
import {
  checkSettings,
  type LaneOutcome,
  type Strategy,
  type StrategyLane,
  type StrategySettings,
} from './strategy.ts';

/** With observe, unfinished texts are scored at the multiples of this many tokens. */
export const observeEvery = 16;

/** How often a wave looks at the clock where time is held equal, in tokens. */
const tokensBetweenClockChecks = 16;

/** A lane on its way. */
interface State {
  /** Candidates that are not started yet, or have to start again. */
  queue: number[];
  rowsPerWave: number;
  tokensWritten: number;
  /** Tokens of each finished answer. */
  lengths: Map<number, number>;
  rewards: Rewards;
}

export const bestOfN: Strategy = {
  name: 'best-of-n',
  label: 'Write N answers, keep the best',
  term: 'Best-of-N',
  help: 'Writes every answer to its end, as many at once as the memory holds, scores them all and keeps the one with the highest reward.',
  parameters: [candidatesParameter, observeParameter],
  sampling: (settings) => settings,
  run,
};

async function run(lane: StrategyLane, settings: StrategySettings): Promise<LaneOutcome> {
  checkSettings(bestOfN.parameters, settings);
  requireOneRow(settings);
  const state: State = {
    queue: firstCandidates(settings.candidates),
    rowsPerWave: rowsToTheEnd(settings, settings.candidates),
    tokensWritten: 0,
    lengths: new Map(),
    rewards: new Map(),
  };
  while (state.queue.length > 0 && !limitReached(lane, settings, state)) {
    const ended = await writeWave(lane, settings, state);
    const scores = await lane.score(
      ended.map((index) => ({ index })),
      'final',
    );
    for (const [index, reward] of scores) state.rewards.set(index, reward);
  }
  if (state.lengths.size < settings.candidates) reportLimit(lane, settings, state);
  const chosen = choose(lane, state.rewards);
  if (settings.observe) await observe(lane, state);
  return chosen;
}

/** Writes one wave to its end and returns the answers that ended. */
async function writeWave(
  lane: StrategyLane,
  settings: StrategySettings,
  state: State,
): Promise<number[]> {
  const { maxTokens, stopAfter } = settings;
  let live = state.queue.splice(0, state.rowsPerWave);
  let position = 0;
  const ended: number[] = [];
  await lane.start(live);
  while (live.length > 0 && position < maxTokens) {
    const left = maxTokens - position;
    const watchClock = stopAfter?.ms !== undefined;
    const advance = await lane.advance(
      watchClock ? Math.min(tokensBetweenClockChecks, left) : left,
    );
    position = advance.position;
    live = advance.live;
    state.tokensWritten += advance.tokensWritten;
    for (const { index, length } of advance.ended) {
      ended.push(index);
      state.lengths.set(index, length);
    }
    if (advance.outOfMemory) live = await halve(lane, state, live, position);
    else if (watchClock && limitReached(lane, settings, state)) break;
  }
  return ended;
}

/** Memory ran out: the upper half of the live rows goes back into the queue, and later waves have half the rows. */
async function halve(
  lane: StrategyLane,
  state: State,
  live: number[],
  position: number,
): Promise<number[]> {
  if (live.length <= 1) throw memoryExhausted(position);
  const kept = live.slice(0, keepCount(0.5, live.length));
  const putBack = live.slice(kept.length);
  state.queue.unshift(...putBack);
  state.rowsPerWave = keepCount(0.5, state.rowsPerWave);
  await lane.keep(kept);
  lane.report({
    type: 'notice',
    code: 'rows-halved',
    message: `The computer ran out of memory with ${live.length} answers at ${position} tokens; ${kept.length} go on, ${putBack.length} start again later.`,
  });
  return kept;
}

/** What is held equal is used up. At least one answer is always finished, so that there is something to choose. */
function limitReached(lane: StrategyLane, { stopAfter }: StrategySettings, state: State): boolean {
  if (stopAfter === undefined || state.lengths.size === 0) return false;
  const { tokens = Infinity, ms = Infinity } = stopAfter;
  return state.tokensWritten >= tokens || lane.now() >= ms;
}

function reportLimit(lane: StrategyLane, settings: StrategySettings, state: State): void {
  const held =
    settings.stopAfter?.ms === undefined
      ? `${state.tokensWritten} tokens`
      : `${(settings.stopAfter.ms / 1000).toFixed(1)} seconds`;
  lane.report({
    type: 'notice',
    code: 'limit-reached',
    message: `Stopped after ${held}, to be equal with Speculative Rejection: ${state.lengths.size} of ${settings.candidates} answers were finished.`,
  });
}

/** Scores the beginnings of the answers, after the choice: nothing of it counts. */
async function observe(lane: StrategyLane, { lengths }: State): Promise<void> {
  const longest = Math.max(...lengths.values());
  for (let tokens = observeEvery; tokens < longest; tokens += observeEvery) {
    const unfinishedThere = [...lengths].filter(([, length]) => length > tokens);
    await lane.score(
      unfinishedThere.map(([index]) => ({ index, tokens })),
      'observed',
    );
  }
}

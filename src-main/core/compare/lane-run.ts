/** Runs one lane: reads the prompt, lets the strategy work, and passes on everything that happens as it happens. */
import type { GeneratorFacts } from '../../contract/engine.ts';
import { cancelled, WinnowError } from '../../contract/errors.ts';
import type { LaneEvent } from '../../contract/events.ts';
import type { LanePlan } from '../../contract/run.ts';
import { createLaneFold, type LaneSummary } from '../../domain/lane-summary.ts';
import { strategies } from '../../domain/strategies/index.ts';
import { createLane, type LaneVerbs } from '../../domain/strategies/lane.ts';
import type { StrategySettings } from '../../domain/strategies/strategy.ts';
import type { StoppableEngine } from '../engine.ts';
import { ignoringFaults } from './ignoring-faults.ts';
import { giveSecondOpinion } from './second-opinion.ts';
import type { SettingNotice } from './settings-as-used.ts';

export interface LaneRun {
  engine: StoppableEngine;
  generator: GeneratorFacts;
  prompt: string;
  seed: number;
  plan: LanePlan;
  settings: StrategySettings;
  /** Needs the tokens' log-probabilities: the likelihood is the reward. */
  logProbabilities: boolean;
  /** A second reward looks at the finished answers. */
  judging: boolean;
  /** What to say before anything is written. */
  notices: SettingNotice[];
  /** Milliseconds that only grow. */
  clock: () => number;
  emit: (event: LaneEvent) => void;
  signal: AbortSignal;
}

/**
 * Runs a lane to its choice.
 * @returns what its events add up to
 * @throws what the strategy or the engine throws; `cancelled` when the signal is aborted
 */
export async function runLane(run: LaneRun): Promise<LaneSummary> {
  const { engine, plan, settings, clock } = run;
  const fold = createLaneFold(plan.candidates);
  const emit = (event: LaneEvent): void => {
    fold.add(event);
    run.emit(event);
  };
  const began = clock();
  const now = (): number => clock() - began;
  if (run.signal.aborted) throw cancelled();
  const begun = await engine.beginLane({
    prompt: run.prompt,
    seed: run.seed,
    sampling: plan.sampling,
    maxTokens: settings.maxTokens,
    logProbabilities: run.logProbabilities,
  });
  let endedAt: number;
  try {
    const lane = createLane({
      verbs: stoppableVerbs(engine, run.signal),
      promptTokens: begun.promptTokens,
      promptCacheBytes: begun.cacheBytes,
      promptPeakCacheBytes: begun.peakCacheBytes,
      cost: settings.cost,
      now,
      emit,
    });
    for (const notice of run.notices) emit({ type: 'notice', at: now(), ...notice });
    reportShortWindow(begun.rewardRoom, settings.maxTokens, now, emit);
    await strategies[plan.strategy].run(lane, settings);
    endedAt = lane.now();
  } catch (error) {
    ignoringFaults(() => reportLostTokens(error, now, emit));
    throw error;
  }
  const isLost = run.judging && (await giveSecondOpinion(run, fold.summary(), endedAt, emit));
  if (!isLost) await engine.endLane();
  return fold.summary();
}

/** Says before anything is written from which length on an answer is cut for scoring (paper.md, edge case 14). */
function reportShortWindow(
  room: number | null,
  maxTokens: number,
  now: () => number,
  emit: (event: LaneEvent) => void,
): void {
  if (room === null || room >= maxTokens) return;
  emit({
    type: 'notice',
    at: now(),
    code: 'reward-window',
    message: `The reward model can read about ${room} tokens of an answer beside this prompt. Of longer answers it reads the beginning of the prompt and the end of the answer.`,
  });
}

/** The verbs, which throw `cancelled` instead of beginning anything once the person has stopped the run. */
function stoppableVerbs(engine: StoppableEngine, signal: AbortSignal): LaneVerbs {
  const checked = <Result>(work: () => Promise<Result>): Promise<Result> =>
    signal.aborted ? Promise.reject(cancelled()) : work();
  return {
    start: (candidates) => checked(() => engine.start(candidates)),
    advance: (tokens, onProgress) => checked(() => engine.advance(tokens, onProgress)),
    keep: (candidates) => checked(() => engine.keep(candidates)),
    score: (requests) => checked(() => engine.score(requests)),
  };
}

function reportLostTokens(
  error: unknown,
  now: () => number,
  emit: (event: LaneEvent) => void,
): void {
  const isLost =
    error instanceof WinnowError &&
    (error.details.tokensLost === true || error.code === 'engine-died');
  if (!isLost) return;
  emit({
    type: 'notice',
    at: now(),
    code: 'tokens-lost',
    message:
      'The tokens that were being written at that moment are lost; all before them are kept.',
  });
}

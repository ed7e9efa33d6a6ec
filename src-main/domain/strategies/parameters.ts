/** Parameters that several strategies share, and small helpers that keep the strategies close to the paper. */
import { WinnowError } from '../../contract/errors.ts';
import { defaultSettings, limits } from '../../contract/settings.ts';
import { bestCandidate, type Rewards } from '../ranking.ts';
import type { LaneOutcome, StrategyLane, StrategyParameter } from './strategy.ts';

/** What a form shows where the default is `fit`. */
export const defaultCandidates =
  typeof defaultSettings.candidates === 'number' ? defaultSettings.candidates : 64;

export const candidatesParameter: StrategyParameter = {
  key: 'candidates',
  kind: 'integer',
  label: 'Answers',
  help: 'How many answers are started for the prompt (candidates, N).',
  min: limits.candidates.minimum,
  max: limits.candidates.maximum,
  step: 1,
  default: defaultCandidates,
};

export const alphaParameter: StrategyParameter = {
  key: 'alpha',
  kind: 'number',
  label: 'Share stopped',
  help: 'The share of answers that is stopped whenever the memory is full (alpha). 0 stops nothing.',
  min: limits.alpha.minimum,
  max: limits.alpha.maximum,
  step: 0.05,
  default: defaultSettings.alpha,
};

export const observeParameter: StrategyParameter = {
  key: 'observe',
  kind: 'flag',
  label: 'Watch unfinished answers',
  help: 'Score the beginnings of the answers too, after the clock has stopped (observe). It changes no result.',
  default: defaultSettings.observe,
};

/** The candidates 0, 1, 2 … count - 1. */
export function firstCandidates(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Reports the best answer, which stops the lane's clock. Throws no-reward where none could be scored. */
export function choose(lane: StrategyLane, rewards: Rewards): LaneOutcome {
  const best = bestCandidate(rewards);
  if (best === null) {
    throw new WinnowError(
      'no-reward',
      'None of the answers could be scored, so none could be chosen.',
      'The answers are kept. Try another reward model, or use the likelihood as the reward.',
      { answers: rewards.size },
    );
  }
  lane.report({ type: 'chosen', ...best });
  return best;
}

/** What is thrown when memory runs out with one row left, so that nothing can be halved any more. */
export function memoryExhausted(position: number): WinnowError {
  return new WinnowError(
    'out-of-memory',
    'The memory ran out even for a single answer.',
    'Close other programs, allow fewer tokens per answer, or use a smaller model.',
    { position },
  );
}

/** What the compare page says: states, counts and steps in plain words. */
import type { LoadProgress, ModelRole } from '../../../src-main/contract/engine.ts';
import type { LaneView } from '../../../src-main/domain/lane-view.ts';
import * as format from '../../lib/format.ts';
import { statusWords } from '../../lib/status-words.ts';
import type { CardState } from './candidate-cards.ts';

export const cardWords: Record<CardState, string> = {
  'not-started': 'Not started',
  writing: 'Writing',
  unscored: 'Finished, no score',
  finished: 'Finished',
  stopped: 'Stopped early',
  chosen: 'Chosen',
  'cut-off': 'Not finished',
};

/** How many answers of a lane are in which state. */
export interface LaneCounts {
  writing: number;
  finished: number;
  stopped: number;
}

export function laneCounts({ summary, status }: LaneView): LaneCounts {
  let [finished, stopped] = [0, 0];
  for (const { state } of summary.candidates) {
    if (state === 'finished' || state === 'chosen') finished += 1;
    if (state === 'rejected') stopped += 1;
  }
  return { writing: status === 'running' ? summary.live.length : 0, finished, stopped };
}

/**
 * What a lane is doing now, or how it ended.
 * @param isOver the whole run has ended: a lane that waits will not begin any more
 */
export function lanePhase({ status, summary }: LaneView, isOver: boolean): string {
  if (status === 'running') return runningPhase(summary);
  if (status === 'waiting') return isOver ? 'Did not begin' : 'Waits for its turn';
  // Only what changes no result was still to be scored: beginnings for the charts, a second opinion.
  const isWhole = status === 'cancelled' && summary.chosen !== null;
  return statusWords[isWhole ? 'done' : status];
}

function runningPhase({ chosen, live, candidates }: LaneView['summary']): string {
  if (chosen !== null) {
    const isJudged = candidates.some(({ judgeReward }) => judgeReward !== null);
    return isJudged
      ? 'Chosen. Now comes the second opinion'
      : 'Chosen. Now scoring once more, off the clock';
  }
  if (candidates.every(({ state }) => state === 'not-started')) return 'Reading the prompt';
  return live.length > 0 ? 'Writing' : 'Scoring';
}

const modelWords: Record<ModelRole, string> = {
  generator: 'the model that writes',
  reward: 'the model that judges',
  judge: 'the model of the second opinion',
};

/** What is being done, mostly with a model, before a run can begin. */
export function loadingWords(what: ModelRole, step: LoadProgress['step']): string {
  const model = modelWords[what];
  const doing: Record<LoadProgress['step'], string> = {
    trying: 'Trying which device is the fastest (only once)',
    checking: `Checking ${model}`,
    preparing: `Preparing ${model} for this computer (only once)`,
    loading: `Loading ${model}`,
  };
  return doing[step];
}

/** Tokens per second over the lane's whole time; null before it has any. */
export function tokensPerSecond({ summary }: LaneView): number | null {
  return summary.wallMs > 0 && summary.tokensGenerated > 0
    ? summary.tokensGenerated / (summary.wallMs / 1000)
    : null;
}

/** "stopped at 64 tokens: −1.83" */
export function stoppedWords(at: number | null, reward: number | null): string {
  const score = reward === null ? 'no score' : format.reward(reward);
  return `stopped at ${format.counted(at ?? 0, 'token')}: ${score}`;
}

const places = ['first', 'second', 'third', 'fourth'];

/**
 * Lanes run one after the other, each with the computer to itself: whose turn this one is.
 * @param order 0 for the lane that runs first
 */
export function orderWords(order: number, isOver: boolean): string {
  return `${isOver ? 'Ran' : 'Runs'} ${places[order] ?? `as number ${order + 1}`}`;
}

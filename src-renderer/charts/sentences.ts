/** What is to be seen in each chart, in words, for those who do not see it. */
import type { LaneView } from '../../src-main/domain/lane-view.ts';
import { isScored } from '../../src-main/domain/ranking.ts';
import { secondOpinion } from '../../src-main/domain/second-opinion.ts';
import { strategyLabels } from '../../src-main/domain/strategies/index.ts';
import { bytes, counted, percent, reward, seconds } from '../lib/format.ts';
import { timeParts } from './tables.ts';

type Say = (lane: LaneView) => string;

/** One sentence per lane that has begun. */
function eachLane(lanes: readonly LaneView[], say: Say): string {
  const begun = lanes.filter(({ series }) => series.memory.length > 0);
  if (begun.length === 0) return 'Nothing has been written yet.';
  return begun.map((lane) => `${strategyLabels[lane.strategy]} ${say(lane)}.`).join(' ');
}

export const rewardSentence = (lanes: readonly LaneView[]): string => eachLane(lanes, rewardWords);
export const aliveSentence = (lanes: readonly LaneView[]): string => eachLane(lanes, aliveWords);
export const lengthSentence = (lanes: readonly LaneView[]): string => eachLane(lanes, lengthWords);
export const latencySentence = (lanes: readonly LaneView[]): string =>
  eachLane(lanes, latencyWords);

export function memorySentence(lanes: readonly LaneView[], budgetBytes: number): string {
  const words: Say = ({ series }) =>
    `held at most ${bytes(Math.max(...series.memory.map((point) => point.bytes)))}`;
  return `The budget is ${bytes(budgetBytes)}. ${eachLane(lanes, words)}`;
}

export const opinionSentence = (lanes: readonly LaneView[]): string =>
  eachLane(lanes, opinionWords);

function opinionWords({ summary }: LaneView): string {
  const { judged = 0, agreement = null } = secondOpinion(summary) ?? {};
  const alike =
    agreement === null
      ? ''
      : `; of any two of them both models prefer the same one in ${percent(agreement)} of all cases`;
  return `finished ${counted(judged, 'answer')} with a second opinion${alike}`;
}

function rewardWords({ summary }: LaneView): string {
  const { candidates, rounds, chosen } = summary;
  const begun = candidates.filter(({ state }) => state !== 'not-started').length;
  const stopped = candidates.filter(({ state }) => state === 'rejected').length;
  const scored = candidates
    .filter(({ state }) => state !== 'rejected')
    .flatMap((candidate) => (isScored(candidate.reward) ? [candidate] : []));
  const parts = [`wrote ${counted(begun, 'answer')}`];
  if (stopped > 0) {
    parts.push(`stopped ${stopped} of them early in ${counted(rounds.length, 'decision')}`);
  }
  const best = scored.reduce<(typeof scored)[number] | null>(
    (found, one) => (found === null || (one.reward ?? 0) > (found.reward ?? 0) ? one : found),
    null,
  );
  if (best === null) parts.push('has scored none to the end yet');
  else {
    const lowest = Math.min(...scored.map((candidate) => candidate.reward ?? 0));
    const verb = chosen === null ? 'the best so far is' : 'the best is';
    parts.push(
      `finished ones score ${reward(lowest)} to ${reward(best.reward)}, ${verb} answer #${best.index}`,
    );
  }
  return parts.join('; ');
}

function aliveWords({ series, summary }: LaneView): string {
  const most = Math.max(0, ...series.alive.map(({ count }) => count));
  const now = summary.live.length;
  const steps = series.rounds.map(
    ({ live, rejected, position }) => `${live - rejected} after ${counted(position, 'token')}`,
  );
  const decisions = steps.length === 0 ? '' : `; decisions left ${steps.join(', ')}`;
  const present = summary.chosen === null ? `, ${now} now` : '';
  return `wrote at most ${counted(most, 'answer')} at once${present}${decisions}`;
}

function lengthWords({ series, summary }: LaneView): string {
  const longest = Math.max(0, ...series.length.map(({ position }) => position));
  const now = summary.chosen === null ? `; now they have ${summary.position}` : '';
  return `wrote answers of up to ${counted(longest, 'token')}${now}`;
}

function latencyWords({ summary }: LaneView): string {
  const parts = timeParts.map(
    ({ part, label }) => `${label.toLowerCase()} ${seconds(summary.timeMs[part])}`,
  );
  return `took ${seconds(summary.wallMs)}: ${parts.join(', ')}`;
}

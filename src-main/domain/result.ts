/** What a finished comparison shows: who stands left, the sentence, and what stopping early cost. */
import type { StrategyName } from '../contract/events.ts';
import { rankIn, type CandidateSummary, type LaneSummary } from './lane-summary.ts';
import type { LaneView } from './lane-view.ts';
import { isScored } from './ranking.ts';
import { comparisonSentence, laneSentence, writtenWords, type ComparedLane } from './sentence.ts';

/** Best-of-N is what the others are measured against, so it stands left; the order in which lanes ran changes, this not. */
const readingOrder: Record<StrategyName, number> = {
  'best-of-n': 0,
  'speculative-rejection': 1,
  'single-sample': 2,
  greedy: 3,
};

/** Lanes, or whatever belongs to a strategy, from left to right. */
export function inReadingOrder<Item extends { strategy: StrategyName }>(
  items: readonly Item[],
): Item[] {
  return items.toSorted((a, b) => readingOrder[a.strategy] - readingOrder[b.strategy]);
}

/** The one sentence that the result begins with. Empty where there is no lane. */
export function resultSentence(lanes: readonly LaneView[]): string {
  const [reference, other] = inReadingOrder(lanes).map(toCompared);
  if (reference === undefined) return '';
  if (other === undefined) return asPrinted(laneSentence(reference, writtenWords));
  return asPrinted(comparisonSentence(reference, other, writtenWords));
}

/** As a page shows numbers: with a true minus sign, and the percent sign on the same line. */
const asPrinted = (sentence: string): string =>
  sentence.replaceAll(' %', '\u00a0%').replaceAll(/(?<!\S)-(?=\d)/g, '−');

function toCompared({ strategy, status, summary }: LaneView): ComparedLane {
  return { ...summary, strategy, status: status === 'waiting' ? 'running' : status };
}

/** The candidate that a lane chose. */
export function chosenCandidate(summary: LaneSummary): CandidateSummary | null {
  return summary.candidates.find(({ index }) => index === summary.chosen?.index) ?? null;
}

/** A rank among so many. */
export interface Place {
  rank: number;
  of: number;
}

/** Where a candidate stands among the finished answers of a lane. */
export function placeIn(summary: LaneSummary, index: number): Place | null {
  const rank = rankIn(summary, index);
  const of = summary.candidates.filter((candidate) => candidate.rank !== null).length;
  return rank === null ? null : { rank, of };
}

/** These strategies draw candidate 17 from the same numbers, so in both it is the same text, until one stops it. */
const sameCandidates: ReadonlySet<StrategyName> = new Set(['best-of-n', 'speculative-rejection']);

/** The same candidate in another lane; null where no other lane began it. */
export function inOtherLane(
  lanes: readonly LaneView[],
  strategy: StrategyName,
  index: number,
): { strategy: StrategyName; candidate: CandidateSummary; place: Place | null } | null {
  if (!sameCandidates.has(strategy)) return null;
  const other = lanes.find(
    (lane) => lane.strategy !== strategy && sameCandidates.has(lane.strategy),
  );
  const candidate = other?.summary.candidates.find((each) => each.index === index);
  if (other === undefined || candidate === undefined || candidate.state === 'not-started')
    return null;
  return { strategy: other.strategy, candidate, place: placeIn(other.summary, index) };
}

export interface Regret {
  /** How many of the answers that were stopped early another lane wrote to the end. */
  known: number;
  stopped: number;
  /** Those of them that scored higher than the answer that was chosen instead, best first. */
  better: { index: number; reward: number; place: Place | null }[];
}

/**
 * Which answers that Speculative Rejection stopped early would have scored better than the one it chose. Known because
 * Best-of-N finished the same candidates; null where it did not run, or nothing was chosen or stopped.
 */
export function regretOf(lanes: readonly LaneView[]): Regret | null {
  const lane = lanes.find(({ strategy }) => strategy === 'speculative-rejection');
  const chosen = lane?.summary.chosen ?? null;
  if (lane === undefined || chosen === null) return null;
  const stopped = lane.summary.candidates.filter(({ state }) => state === 'rejected');
  const finished = stopped.flatMap(({ index }) => {
    const other = inOtherLane(lanes, lane.strategy, index);
    const { place = null, candidate } = other ?? {};
    return place !== null && isScored(candidate?.reward)
      ? [{ index, reward: candidate.reward, place }]
      : [];
  });
  if (finished.length === 0) return null;
  const better = finished
    .filter(({ reward }) => reward > chosen.reward)
    .sort((a, b) => b.reward - a.reward || a.index - b.index);
  return { known: finished.length, stopped: stopped.length, better };
}

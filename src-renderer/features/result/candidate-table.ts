/** The rows of the table of all answers, what they are sorted and filtered by, and what its chips say. */
import type { CandidateState, StrategyName } from '../../../src-main/contract/events.ts';
import type { CandidateSummary } from '../../../src-main/domain/lane-summary.ts';
import type { LaneView } from '../../../src-main/domain/lane-view.ts';
import {
  inOtherLane,
  inReadingOrder,
  placeIn,
  type Place,
} from '../../../src-main/domain/result.ts';
import { strategyLabels } from '../../../src-main/domain/strategies/index.ts';
import { countWords } from '../../../src-main/domain/words.ts';
import * as format from '../../lib/format.ts';

/** One answer of one lane. */
export interface CandidateRow {
  key: string;
  strategy: StrategyName;
  index: number;
  state: CandidateState;
  /** Of the whole answer, or of what was there when it was stopped. */
  score: number | null;
  /** What an answer that was stopped early scored in the lane that wrote it to the end. */
  finishedScore: number | null;
  /** It would have scored better than the answer that its lane chose. */
  regretted: boolean;
  place: Place | null;
  /** What the second opinion gives it. */
  opinion: number | null;
  /** Of the answers of its lane the second opinion likes it best. */
  isFavourite: boolean;
  readonly words: number;
  endedAtMs: number | null;
  text: string;
}

export const stateWords: Record<CandidateState, string> = {
  chosen: 'Chosen',
  finished: 'Finished',
  rejected: 'Stopped early',
  interrupted: 'Not finished',
  'not-started': 'Not started',
};

/** All answers of all lanes, lane by lane, the lowest number first. */
export function candidateRows(lanes: readonly LaneView[]): CandidateRow[] {
  return inReadingOrder(lanes).flatMap((lane) =>
    lane.summary.candidates.map((candidate) => rowOf(lanes, lane, candidate)),
  );
}

function rowOf(
  lanes: readonly LaneView[],
  { strategy, summary }: LaneView,
  candidate: CandidateSummary,
): CandidateRow {
  const { index, state, reward, text, endedAtMs } = candidate;
  const elsewhere = state === 'rejected' ? inOtherLane(lanes, strategy, index) : null;
  const isRanked = elsewhere !== null && elsewhere.place !== null;
  const finishedScore = isRanked ? elsewhere.candidate.reward : null;
  const chosen = summary.chosen?.reward ?? Infinity;
  let words: number | null = null;
  return {
    key: `${strategy}/${index}`,
    strategy,
    index,
    state,
    score: reward,
    finishedScore,
    regretted: finishedScore !== null && finishedScore > chosen,
    place: placeIn(summary, index),
    opinion: candidate.judgeReward,
    isFavourite: candidate.judgeRank === 1,
    // Counting takes time, and most rows are never shown.
    get words() {
      return (words ??= countWords(text));
    },
    endedAtMs,
    text,
  };
}

/** The score is of the whole answer; otherwise of what was there when it was stopped. */
export const hasFinalScore = (state: CandidateState): boolean =>
  state === 'chosen' || state === 'finished';

export const sortKeys = [
  'answer',
  'strategy',
  'state',
  'score',
  'finished-score',
  'rank',
  'opinion',
  'words',
  'ended',
  'text',
] as const;
export type SortKey = (typeof sortKeys)[number];

export interface Sorting {
  key: SortKey;
  descending: boolean;
}

/** Scores and lengths are looked at from the top, everything else from the start. */
const descendingFirst: ReadonlySet<SortKey> = new Set([
  'score',
  'finished-score',
  'opinion',
  'words',
]);

/** What a click on a column's head makes of the sorting. */
export function nextSorting(now: Sorting, key: SortKey): Sorting {
  return key === now.key
    ? { key, descending: !now.descending }
    : { key, descending: descendingFirst.has(key) };
}

const stateOrder: Record<CandidateState, number> = {
  chosen: 0,
  finished: 1,
  rejected: 2,
  interrupted: 3,
  'not-started': 4,
};

const values: Record<SortKey, (row: CandidateRow) => number | string | null> = {
  answer: ({ index }) => index,
  strategy: ({ strategy }) => strategyLabels[strategy],
  state: ({ state }) => stateOrder[state],
  score: ({ score }) => score,
  'finished-score': ({ finishedScore }) => finishedScore,
  rank: ({ place }) => place?.rank ?? null,
  opinion: ({ opinion }) => opinion,
  words: ({ words }) => words,
  ended: ({ endedAtMs }) => endedAtMs,
  text: ({ text }) => text.trimStart().toLowerCase() || null,
};

/**
 * What is not known comes last either way, and by score the beginnings come after the whole answers; equal rows stay in
 * the order in which they came.
 */
export function sortRows(rows: readonly CandidateRow[], { key, descending }: Sorting) {
  const valueOf = values[key];
  return rows.toSorted((a, b) => {
    const [first, second] = [valueOf(a), valueOf(b)];
    if (first === null || second === null) return Number(first === null) - Number(second === null);
    const wholeFirst = Number(hasFinalScore(b.state)) - Number(hasFinalScore(a.state));
    if (key === 'score' && wholeFirst !== 0) return wholeFirst;
    const order =
      typeof first === 'string' ? first.localeCompare(String(second)) : first - Number(second);
    return descending ? -order : order;
  });
}

export interface RowFilter {
  strategy: StrategyName | 'all';
  state: CandidateState | 'all';
  text: string;
  lowest: number | null;
  highest: number | null;
}

export const noFilter: RowFilter = {
  strategy: 'all',
  state: 'all',
  text: '',
  lowest: null,
  highest: null,
};

export function filterRows(rows: readonly CandidateRow[], filter: RowFilter): CandidateRow[] {
  const text = filter.text.trim().toLowerCase();
  return rows.filter(
    (row) =>
      (filter.strategy === 'all' || row.strategy === filter.strategy) &&
      (filter.state === 'all' || row.state === filter.state) &&
      (text === '' || row.text.toLowerCase().includes(text)) &&
      isInside(row.score, filter),
  );
}

function isInside(score: number | null, { lowest, highest }: RowFilter): boolean {
  if (lowest === null && highest === null) return true;
  return score !== null && score >= (lowest ?? -Infinity) && score <= (highest ?? Infinity);
}

/** A filter that is on, and the filter without it. */
export interface FilterChip {
  label: string;
  without: RowFilter;
}

export function filterChips(filter: RowFilter): FilterChip[] {
  const chips: FilterChip[] = [];
  const { strategy, state, text, lowest, highest } = filter;
  if (strategy !== 'all')
    chips.push({ label: strategyLabels[strategy], without: { ...filter, strategy: 'all' } });
  if (state !== 'all')
    chips.push({ label: stateWords[state], without: { ...filter, state: 'all' } });
  if (text.trim() !== '')
    chips.push({ label: `“${text.trim()}”`, without: { ...filter, text: '' } });
  if (lowest !== null || highest !== null)
    chips.push({
      label: rangeWords(lowest, highest),
      without: { ...filter, lowest: null, highest: null },
    });
  return chips;
}

function rangeWords(lowest: number | null, highest: number | null): string {
  if (lowest === null) return `Score up to ${format.reward(highest)}`;
  if (highest === null) return `Score from ${format.reward(lowest)}`;
  return `Score ${format.reward(lowest)} to ${format.reward(highest)}`;
}

/** Room for the first words of an answer, on one line. */
const previewCharacters = 160;

export function firstWords(text: string): string {
  const line = text
    .slice(0, 2 * previewCharacters)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > previewCharacters ? `${line.slice(0, previewCharacters).trimEnd()}…` : line;
}

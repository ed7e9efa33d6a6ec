/**
 * What each candidate's card shows, as plain values. A card whose values are what they were keeps its object, so that the
 * page touches only cards that changed: with 256 of them, ten times a second, that is what keeps it smooth.
 */
import type { CandidateSummary } from '../../../src-main/domain/lane-summary.ts';
import type { LaneView } from '../../../src-main/domain/lane-view.ts';
import { knownScore, shareOf, type KnownScore, type ScoreScale } from './score-scale.ts';

export type CardState =
  'not-started' | 'writing' | 'unscored' | 'finished' | 'stopped' | 'chosen' | 'cut-off';

export interface CardValues {
  index: number;
  state: CardState;
  /** null before the first score. */
  reward: number | null;
  /** Only a beginning was scored. */
  partial: boolean;
  /** Of the score on the run's scale, 0 to 1. */
  share: number;
  rank: number | null;
  tokens: number;
  /** As much of the text as a card can show. */
  text: string;
  stoppedAt: number | null;
  best: boolean;
}

/** Two lines of a card hold no more; what comes behind it changes nothing on the page. */
const shownCharacters = 220;

/** Makes rows of one lane's views, one after the other. */
export function createCardValues(): (view: LaneView, scale: ScoreScale | null) => CardValues[] {
  let before: CardValues[] = [];
  return (view, scale) => {
    const live = new Set(view.status === 'running' ? view.summary.live : []);
    const best = bestCandidate(view)?.index;
    before = view.summary.candidates.map((candidate, place) => {
      const isBest = candidate.index === best;
      const row = rowOf(candidate, live.has(candidate.index), isBest, scale);
      const old = before[place];
      return old !== undefined && isSame(old, row) ? old : row;
    });
    return before;
  };
}

/** The chosen answer, or the one that leads so far; null before the first score. */
export function bestCandidate({ summary }: LaneView): CandidateSummary | null {
  const { chosen, candidates } = summary;
  if (chosen !== null) return candidates.find(({ index }) => index === chosen.index) ?? null;
  let best: { candidate: CandidateSummary; score: KnownScore } | null = null;
  for (const candidate of candidates) {
    const score = candidate.state === 'rejected' ? null : knownScore(candidate);
    if (score === null) continue;
    if (best === null || score.reward > best.score.reward) best = { candidate, score };
  }
  return best?.candidate ?? null;
}

function rowOf(
  candidate: CandidateSummary,
  isLive: boolean,
  best: boolean,
  scale: ScoreScale | null,
): CardValues {
  const score = knownScore(candidate);
  return {
    index: candidate.index,
    state: stateOf(candidate, isLive),
    reward: score?.reward ?? null,
    partial: score?.partial ?? false,
    share: score === null ? 0 : shareOf(score.reward, scale),
    rank: candidate.rank,
    tokens: candidate.tokens.length,
    text: candidate.text.slice(0, shownCharacters),
    stoppedAt: candidate.rejectedAt,
    best,
  };
}

function stateOf({ state, reward }: CandidateSummary, isLive: boolean): CardState {
  switch (state) {
    case 'finished':
      return reward === null ? 'unscored' : 'finished';
    case 'rejected':
      return 'stopped';
    case 'interrupted':
      return isLive ? 'writing' : 'cut-off';
    default:
      return state;
  }
}

function isSame(a: CardValues, b: CardValues): boolean {
  return (Object.keys(a) as (keyof CardValues)[]).every((key) => a[key] === b[key]);
}

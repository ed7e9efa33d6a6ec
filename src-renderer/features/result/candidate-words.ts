/** What became of one answer, in words. */
import type { CandidateSummary } from '../../../src-main/domain/lane-summary.ts';
import type { Place } from '../../../src-main/domain/result.ts';
import * as format from '../../lib/format.ts';
import { hasFinalScore } from './candidate-table.ts';
import { placeWords } from './measures.ts';

/** How an answer ended. */
export function endingWords({
  state,
  finish,
  rejectedAt,
}: Pick<CandidateSummary, 'state' | 'finish' | 'rejectedAt'>): string {
  if (state === 'not-started') return 'It was never started';
  if (finish === 'stop') return 'It came to its own end';
  if (finish === 'length') return 'It was cut at the longest length allowed';
  if (finish === 'rejected')
    return `It was stopped early at ${format.counted(rejectedAt ?? 0, 'token')}`;
  return 'It has not ended';
}

/** One score on an answer's way. */
export interface ScoreStep {
  key: string;
  at: string;
  reward: number | null;
  note: string;
}

/** The scores of its beginnings in the order of the text, then the last one. */
export function scoreHistory(candidate: CandidateSummary): ScoreStep[] {
  const { partialRewards, reward, rejectedAt, state } = candidate;
  const partial = partialRewards
    .toSorted((a, b) => a.position - b.position)
    .map(({ position, reward: partialReward, observed }, place) => ({
      key: `${place}`,
      at: format.counted(position, 'token'),
      reward: partialReward,
      note: partialNote(observed, state === 'rejected' && position === rejectedAt),
    }));
  return hasFinalScore(state)
    ? [...partial, { key: 'whole', at: 'Whole answer', reward, note: '' }]
    : partial;
}

function partialNote(observed: boolean, stopped: boolean): string {
  if (stopped) return 'stopped here';
  return observed ? 'scored afterwards' : 'went on';
}

/** What became of the same answer in the other lane. */
export function otherLaneWords({
  candidate,
  place,
}: {
  candidate: CandidateSummary;
  place: Place | null;
}): string {
  const { state, reward, rejectedAt } = candidate;
  if (state === 'rejected')
    return `Stopped early at ${format.counted(rejectedAt ?? 0, 'token')}, with a score of ${format.reward(reward)}.`;
  if (!hasFinalScore(state)) return 'Not finished.';
  const score = reward === null ? 'Finished, without a score' : `Scored ${format.reward(reward)}`;
  const rank = place === null ? '' : `, ${placeWords(place)}`;
  return `${score}${rank}${state === 'chosen' ? ', and chosen' : ''}.`;
}

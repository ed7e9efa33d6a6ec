/**
 * What a second reward, which decided nothing, says of a lane's finished answers: whether the chosen one is good in its
 * eyes too, and whether both rewards like the same answers. A reward can be gamed; two rarely in the same way.
 */
import type { CandidateRecord } from '../contract/run.ts';
import { isScored, rankByReward } from './ranking.ts';

type JudgedCandidate = Pick<CandidateRecord, 'index' | 'reward' | 'judgeReward'>;

export interface SecondOpinion {
  /** How many answers it gave a score. */
  judged: number;
  /** What it gave the chosen answer, and which place that is among those it judged; null where it gave it none. */
  chosen: { reward: number; rank: number } | null;
  /** The answer that it likes best, and which place the reward that decided gave it. */
  favourite: { index: number; reward: number; rank: number | null };
  /**
   * Of all pairs of answers that both rewards tell apart, the share that both put in the same order: 1 for always, 0.5 for
   * what chance would do. null where there is no such pair.
   */
  agreement: number | null;
}

/** null where no answer of the lane has a second opinion. */
export function secondOpinion(lane: {
  candidates: readonly JudgedCandidate[];
  chosen: { index: number } | null;
}): SecondOpinion | null {
  const ranks = ranksByJudge(lane.candidates);
  const judged = lane.candidates.filter(({ index }) => ranks.has(index));
  const best = judged.find(({ index }) => ranks.get(index) === 1);
  if (!isScored(best?.judgeReward)) return null;
  const chosen = judged.find(({ index }) => index === lane.chosen?.index);
  const place = rankByReward(judged).indexOf(best) + 1;
  return {
    judged: judged.length,
    chosen: isScored(chosen?.judgeReward)
      ? { reward: chosen.judgeReward, rank: ranks.get(chosen.index) ?? NaN }
      : null,
    favourite: {
      index: best.index,
      reward: best.judgeReward,
      rank: isScored(best.reward) ? place : null,
    },
    agreement: agreementOf(judged),
  };
}

/** The place of each judged answer by its second opinion, by candidate; 1 for the best. */
export function ranksByJudge(candidates: readonly JudgedCandidate[]): Map<number, number> {
  const judged = candidates.map(({ index, judgeReward }) => ({ index, reward: judgeReward }));
  const ranked = rankByReward(judged.filter(({ reward }) => isScored(reward)));
  return new Map(ranked.map(({ index }, place) => [index, place + 1]));
}

function agreementOf(candidates: readonly JudgedCandidate[]): number | null {
  let [pairs, alike] = [0, 0];
  for (const [place, one] of candidates.entries()) {
    for (let next = place + 1; next < candidates.length; next += 1) {
      const other = candidates[next];
      const order = signOf(one.reward, other?.reward);
      const judged = signOf(one.judgeReward, other?.judgeReward);
      if (order * judged === 0) continue;
      pairs += 1;
      if (order === judged) alike += 1;
    }
  }
  return pairs === 0 ? null : alike / pairs;
}

/** 0 where two rewards are equal or cannot be compared. */
function signOf(first: number | null | undefined, second: number | null | undefined): number {
  return isScored(first) && isScored(second) ? Math.sign(first - second) : 0;
}

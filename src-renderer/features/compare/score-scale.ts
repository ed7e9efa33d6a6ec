/** Scores have no unit: a bar shows where one lies between the run's own lowest and highest. */
import type { CandidateSummary } from '../../../src-main/domain/lane-summary.ts';
import type { LaneView } from '../../../src-main/domain/lane-view.ts';

export interface ScoreScale {
  lowest: number;
  highest: number;
}

/** The score of an answer as far as it goes: the final one, the one at which it was stopped, or the last of its beginning. */
export interface KnownScore {
  reward: number;
  /** It is not the whole answer that was scored. */
  partial: boolean;
}

/** null where the answer has not been scored on its lane's clock. */
export function knownScore({ reward, state, partialRewards }: CandidateSummary): KnownScore | null {
  if (reward !== null) return { reward, partial: state === 'rejected' };
  const last = partialRewards.findLast((each) => !each.observed && each.reward !== null);
  const partial = last?.reward ?? null;
  return partial === null ? null : { reward: partial, partial: true };
}

/** Over all lanes together, so that a bar means the same in each; null before the first score. */
export function scoreScale(lanes: readonly LaneView[]): ScoreScale | null {
  let lowest = Infinity;
  let highest = -Infinity;
  for (const { summary } of lanes) {
    for (const candidate of summary.candidates) {
      const score = knownScore(candidate);
      if (score === null) continue;
      lowest = Math.min(lowest, score.reward);
      highest = Math.max(highest, score.reward);
    }
  }
  return lowest > highest ? null : { lowest, highest };
}

/** Where a score lies, from 0 to 1 in hundredths, so that a small change of the scale moves no bar; 1 where all are the same. */
export function shareOf(reward: number, scale: ScoreScale | null): number {
  if (scale === null || scale.highest === scale.lowest) return 1;
  const share = (reward - scale.lowest) / (scale.highest - scale.lowest);
  return Math.round(Math.min(1, Math.max(0, share)) * 100) / 100;
}

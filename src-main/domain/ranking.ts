/** Ranking by reward and the decisions made from it (paper.md: the algorithm; edge cases 1, 2, 3, 7 and 13). */

/** A candidate and its reward; null where its text could not be scored. */
export interface RewardedCandidate {
  index: number;
  reward: number | null;
}

/** Rewards by candidate index. */
export type Rewards = Map<number, number | null>;

/** A reward that can be compared; anything else ranks below every number. */
export function isScored(reward: number | null | undefined): reward is number {
  return typeof reward === 'number' && Number.isFinite(reward);
}

/** Best first. Of equal rewards the lower index comes first; texts that could not be scored come last. */
export function rankByReward<Item extends RewardedCandidate>(items: Iterable<Item>): Item[] {
  return [...items].sort((a, b) => {
    if (isScored(a.reward) && isScored(b.reward)) return b.reward - a.reward || a.index - b.index;
    if (isScored(a.reward)) return -1;
    if (isScored(b.reward)) return 1;
    return a.index - b.index;
  });
}

/** The candidate with the highest reward, of equal ones the lowest index; null where none could be scored. */
export function bestCandidate(rewards: Rewards): { index: number; reward: number } | null {
  const [best] = rankByReward(toCandidates(rewards));
  return best !== undefined && isScored(best.reward)
    ? { index: best.index, reward: best.reward }
    : null;
}

/** How many of n ranked candidates a decision keeps: halves round up, and one always stays. */
export function keepCount(alpha: number, n: number): number {
  return Math.max(1, Math.floor((1 - alpha) * n + 0.5 + 1e-9));
}

export interface Decision {
  /** Live rows that go on, lowest index first. */
  survivors: number[];
  /** Live rows that are stopped, lowest index first. */
  rejected: number[];
  /** Finished answers that are still above the cutoff; the others count no longer when the next decision is taken. */
  finishedKept: number[];
  /** Reward of the last one kept; null where that one could not be scored. */
  cutoff: number | null;
}

/**
 * Ranks finished answers and live rows together and keeps the top. A decision is taken because the memory is full, so
 * while more than one row is alive at least one has to go: fewer are kept until one does.
 *
 * @param live rewards of the texts so far of the live rows, at least one
 * @param finished final rewards of the finished answers that are ranked with them
 * @param keep how many to keep of both together
 */
export function keepBest(live: Rewards, finished: Rewards, keep: number): Decision {
  const ranked = rankByReward([...toCandidates(live), ...toCandidates(finished)]);
  const lowestLive = ranked.findLastIndex(({ index }) => live.has(index));
  const count = live.size > 1 ? Math.min(keep, lowestLive) : keep;
  const kept = ranked.slice(0, count);
  const cutoff = kept.at(-1)?.reward ?? null;
  const keptIndices = new Set(kept.map(({ index }) => index));
  const inOrder = [...live.keys()].sort((a, b) => a - b);
  return {
    survivors: inOrder.filter((index) => keptIndices.has(index)),
    rejected: inOrder.filter((index) => !keptIndices.has(index)),
    finishedKept: [...finished.keys()].filter((index) => keptIndices.has(index)),
    cutoff: isScored(cutoff) ? cutoff : null,
  };
}

function toCandidates(rewards: Rewards): RewardedCandidate[] {
  return Array.from(rewards, ([index, reward]) => ({ index, reward }));
}

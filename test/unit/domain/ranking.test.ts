import { describe, expect, it } from 'vitest';
import {
  bestCandidate,
  keepBest,
  keepCount,
  rankByReward,
} from '../../../src-main/domain/ranking.ts';

describe('ranking', () => {
  it('puts the best first, equal rewards by index, and what could not be scored last', () => {
    const rewards = [null, 2, NaN, 5, 2, -Infinity, -0, 0];
    const ranked = rankByReward(rewards.map((reward, index) => ({ index, reward })));
    expect(ranked.map(({ index }) => index)).toEqual([3, 1, 4, 6, 7, 0, 2, 5]);
  });

  it('has no best candidate where nothing could be scored', () => {
    expect(
      bestCandidate(
        new Map([
          [0, null],
          [1, NaN],
        ]),
      ),
    ).toBeNull();
    expect(
      bestCandidate(
        new Map([
          [4, -2],
          [1, null],
        ]),
      ),
    ).toEqual({ index: 4, reward: -2 });
  });

  it.each([
    [0.5, 3, 2],
    [0.5, 1, 1],
    [0.5, 5, 3],
    [0.95, 10, 1],
    [0.7, 5, 2],
    [0.3, 5, 4],
    [0.9, 5, 1],
    [0, 7, 7],
    [0.1, 64, 58],
  ])('with alpha %s of %i ranked keeps %i', (alpha, ranked, kept) => {
    expect(keepCount(alpha, ranked)).toBe(kept);
  });
});

describe('a decision', () => {
  const live = new Map([
    [0, 1],
    [1, 4],
    [2, 2],
  ]);

  it('keeps the top of finished and live together', () => {
    expect(keepBest(live, new Map([[3, 3]]), 2)).toEqual({
      survivors: [1],
      finishedKept: [3],
      rejected: [0, 2],
      cutoff: 3,
    });
  });

  it('stops at least one live row while more than one is alive', () => {
    expect(keepBest(live, new Map([[3, -9]]), 4)).toMatchObject({ rejected: [0], cutoff: 2 });
    expect(keepBest(new Map([[0, 1]]), new Map([[3, -9]]), 2)).toMatchObject({
      survivors: [0],
      rejected: [],
    });
  });
});

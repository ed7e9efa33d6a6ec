import { describe, expect, it } from 'vitest';
import { secondOpinion } from '../../../src-main/domain/second-opinion.ts';
import { summariseLane } from '../../../src-main/domain/lane-summary.ts';
import { rejectionEvents } from '../../helpers/stored-runs.ts';

type Scores = readonly (readonly [reward: number | null, judgeReward: number | null])[];

/** A lane whose best answer by the deciding reward was chosen. */
function opinionOn(scores: Scores) {
  const candidates = scores.map(([reward, judgeReward], index) => ({ index, reward, judgeReward }));
  const rewards = scores.map(([reward]) => reward ?? -Infinity);
  return secondOpinion({ candidates, chosen: { index: rewards.indexOf(Math.max(...rewards)) } });
}

describe('the second opinion on a lane', () => {
  it('is none where nothing was judged', () => {
    expect(opinionOn([])).toBeNull();
    expect(
      opinionOn([
        [1, null],
        [2, null],
      ]),
    ).toBeNull();
  });

  it('says where the chosen answer stands in the eyes of the judge, and which one it likes best', () => {
    const scores: Scores = [
      [3, 10],
      [2, 30],
      [1, 20],
    ];
    expect(opinionOn(scores)).toMatchObject({
      judged: 3,
      chosen: { reward: 10, rank: 3 },
      favourite: { index: 1, reward: 30, rank: 2 },
    });
  });

  it('counts how often both put two answers in the same order', () => {
    const alike: Scores = [
      [1, -5],
      [2, 0],
      [3, 8],
    ];
    expect(opinionOn(alike)?.agreement).toBe(1);
    expect(opinionOn(alike.map(([reward, judge]) => [reward, -(judge ?? 0)]))?.agreement).toBe(0);
    // Of three pairs, one the other way round.
    const mostly: Scores = [
      [1, 1],
      [2, 3],
      [3, 2],
    ];
    expect(opinionOn(mostly)?.agreement).toBeCloseTo(2 / 3);
  });

  it('leaves out pairs that one of them does not tell apart', () => {
    const tied: Scores = [
      [1, 4],
      [2, 4],
      [2, 5],
      [3, null],
    ];
    // Left: the first answer against the third. The fourth was not judged.
    expect(opinionOn(tied)?.agreement).toBe(1);
    expect(
      opinionOn([
        [1, 4],
        [1, 5],
      ])?.agreement,
    ).toBeNull();
  });

  it('has no place for a favourite that the other could not score, and none for a chosen one that it could not', () => {
    const scores: Scores = [
      [null, 9],
      [2, null],
      [1, 3],
    ];
    expect(opinionOn(scores)).toEqual({
      judged: 2,
      chosen: null,
      favourite: { index: 0, reward: 9, rank: null },
      agreement: null,
    });
  });
});

describe('a lane with a second opinion', () => {
  const [judged] = rejectionEvents.filter(({ type }) => type === 'judged');
  const without = rejectionEvents.filter((event) => event !== judged);

  it('took no time, scored no token and chose as without it', () => {
    const { candidates, ...plain } = summariseLane(without, 4);
    const { candidates: alsoJudged, ...summary } = summariseLane(rejectionEvents, 4);
    expect(summary).toEqual(plain);
    const isOver = alsoJudged.map((candidate) => ({
      ...candidate,
      judgeReward: null,
      judgeRank: null,
    }));
    expect(isOver).toEqual(candidates);
  });

  it('knows what the judge gave each answer, and in which order it puts them', () => {
    const { candidates } = summariseLane(rejectionEvents, 4);
    expect(candidates.map(({ judgeReward, judgeRank }) => [judgeReward, judgeRank])).toEqual([
      [-1.25, 2],
      [null, null],
      [0.5, 1],
      [null, null],
    ]);
  });
});

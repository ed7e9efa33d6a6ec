import { describe, expect, it } from 'vitest';
import {
  decisionsOf,
  rangeOf,
  thinned,
  ticksBetween,
} from '../../../../src-renderer/charts/points.ts';
import { lineOf } from '../../../../src-renderer/charts/lane-lines.ts';
import { rewardsOf } from '../../../../src-renderer/charts/reward-points.ts';
import { answer } from '../../../helpers/scripted-generator.ts';
import { bothLanes, viewOf, waitingLane } from './views.ts';

describe('the range of the axes', () => {
  it('reaches as far as any lane', async () => {
    expect(rangeOf(await bothLanes())).toEqual({
      at: 2000,
      tokens: 160,
      rewards: { lowest: -2, highest: 3 },
      bytes: 80,
      position: 40,
      count: 4,
    });
  });

  it('knows no rewards before the first', async () => {
    expect(rangeOf([await waitingLane()])).toMatchObject({ at: 0, rewards: null });
  });

  it('has round values on it, inside its ends', () => {
    expect(ticksBetween(-6.7, 2.4, 5)).toEqual([-6, -4, -2, 0, 2]);
    expect(ticksBetween(0, 19.7, 10)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
    expect(ticksBetween(0, 0.3, 3)[3]).toBeCloseTo(0.3);
    expect(ticksBetween(3, 3, 5)).toEqual([3]);
  });
});

describe('the points of a lane', () => {
  it('are in seconds or in tokens', async () => {
    const [bestOfN, rejection] = await bothLanes();
    if (bestOfN === undefined || rejection === undefined) throw new Error('two lanes');
    expect(lineOf('alive', rejection, 'time')).toEqual([
      { x: 0, y: 4 },
      { x: 0.5, y: 2 },
      { x: 1, y: 0 },
    ]);
    expect(lineOf('length', bestOfN, 'tokens').at(-1)).toEqual({ x: 160, y: 40 });
    expect(decisionsOf([bestOfN, rejection], 'time')).toEqual([
      { strategy: 'speculative-rejection', x: 0.5 },
    ]);
  });

  it('carry a staircase on to the present of a lane that is under way', async () => {
    const lane = await viewOf('best-of-n', [answer(40, 1)]);
    const underWay = { ...lane, series: { ...lane.series, alive: lane.series.alive.slice(0, 1) } };
    expect(lineOf('alive', underWay, 'time')).toEqual([
      { x: 0, y: 1 },
      { x: 1, y: 1 },
    ]);
  });

  it('tell memory in megabytes', async () => {
    const [lane] = await bothLanes();
    if (lane === undefined) throw new Error('two lanes');
    expect(Math.max(...lineOf('memory', lane, 'time').map(({ y }) => y))).toBe(0.00008);
  });
});

describe('the rewards of a lane', () => {
  it('are one line with gaps, and points by what became of the answer', async () => {
    const rewards = rewardsOf(await viewOf('speculative-rejection', fourScored()), 'time');
    expect(rewards.stopped.map(({ index }) => index)).toEqual([0, 1]);
    expect(rewards.partial.map(({ index }) => index)).toEqual([2, 3]);
    expect(rewards.final.map(({ index }) => index)).toEqual([2, 3]);
    expect(rewards.observed).toEqual([]);
    expect(rewards.cutoffs).toEqual([{ x: 0.5, y: 2 }]);
    expect(rewards.best).toEqual({ x: 1, y: 3, index: 3 });
    const lines = rewards.paths.map(({ index, y }) => (Number.isNaN(y) ? '|' : index)).join('');
    expect(lines).toBe('0|1|22|33|');
  });

  it('go from what was looked at afterwards to the final score', async () => {
    const lane = await viewOf('best-of-n', [answer(40, 1)], { observe: true });
    const { paths, observed } = rewardsOf(lane, 'tokens');
    expect(paths.slice(0, -1).map(({ x }) => x)).toEqual([16, 32, 40]);
    expect(observed).toHaveLength(2);
  });

  it('leave out what could not be scored', async () => {
    const [bestOfN] = await bothLanes();
    if (bestOfN === undefined) throw new Error('two lanes');
    expect(rewardsOf(bestOfN, 'time').final.map(({ index }) => index)).toEqual([1, 2, 3]);
  });

  it('mark the chosen answer, and before the choice the best so far', async () => {
    const lane = await viewOf('best-of-n', [answer(8, 2), answer(8, 2), answer(8, 1)]);
    const underWay = { ...lane, summary: { ...lane.summary, chosen: null } };
    expect(rewardsOf(underWay, 'time').best?.index).toBe(0);
    const chosen = { ...lane, summary: { ...lane.summary, chosen: { index: 2, reward: 1 } } };
    expect(rewardsOf(chosen, 'time').best?.index).toBe(2);
  });
});

describe('a line of very many points', () => {
  const long = Array.from({ length: 10_000 }, (_, x) => ({ x, y: x === 4321 ? 99 : x % 7 }));

  it('is drawn with fewer that keep its ends and its peaks', () => {
    const few = thinned(long);
    expect(few.length).toBeLessThanOrEqual(2000);
    expect(few).toContainEqual({ x: 4321, y: 99 });
    expect([few.at(0), few.at(-1)]).toEqual([long.at(0), long.at(-1)]);
    expect(few.map(({ x }) => x)).toEqual(few.map(({ x }) => x).sort((a, b) => a - b));
  });

  it('is left as it is where it is short', () => {
    const short = long.slice(0, 50);
    expect(thinned(short)).toBe(short);
  });
});

const fourScored = () => [0, 1, 2, 3].map((reward) => answer(40, reward));

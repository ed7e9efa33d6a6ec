import { describe, expect, it } from 'vitest';
import {
  answersToReach,
  bestOfNCurve,
  bootstrapInterval,
  expectedMaximum,
  gainKept,
  gainKeptOverPrompts,
  kendallTauB,
  mean,
  pearson,
  quantile,
  seededNumbers,
  speedupAtEqualReward,
  standardDeviation,
  wilsonInterval,
} from '../../../src-main/domain/statistics.ts';

describe('statistics', () => {
  it('mean and standard deviation of a sample', () => {
    expect(mean([2, 4, 9])).toBe(5);
    expect(standardDeviation([2, 4, 9])).toBeCloseTo(Math.sqrt(13), 12);
    expect(mean([])).toBeNaN();
    expect(standardDeviation([1])).toBeNaN();
  });

  it("Pearson's r, as worked out by hand", () => {
    expect(pearson([1, 2, 3, 4, 5], [2, 1, 4, 3, 7])).toBeCloseTo(12 / Math.sqrt(10 * 21.2), 12);
    expect(pearson([1, 2], [3, 3])).toBeNaN();
    expect(() => pearson([1], [1, 2])).toThrow(RangeError);
  });

  it("Kendall's tau-b with ties, as in the example of scipy.stats.kendalltau", () => {
    expect(kendallTauB([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])).toBeCloseTo(-0.4714045208, 9);
    expect(kendallTauB([1, 2, 3], [1, 2, 3])).toBe(1);
    expect(kendallTauB([1, 1], [1, 2])).toBeNaN();
  });

  it('quantiles between neighbours', () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantile([1, 2, 3, 4], 1)).toBe(4);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('a bootstrap interval that repeats exactly and covers the mean as theory says', () => {
    const next = seededNumbers(7);
    const values = Array.from({ length: 200 }, () => next());
    const interval = bootstrapInterval(values, mean, { seed: 3, resamples: 2000 });
    expect(bootstrapInterval(values, mean, { seed: 3, resamples: 2000 })).toEqual(interval);
    const halfWidth = (1.96 * standardDeviation(values)) / Math.sqrt(200);
    expect(interval.value).toBe(mean(values));
    expect(interval.value - interval.low).toBeCloseTo(halfWidth, 2);
    expect(interval.high - interval.value).toBeCloseTo(halfWidth, 2);
  });

  it("Wilson's interval, as in Newcombe's table of 1998, inside 0 to 1 also for none and all", () => {
    const table: [number, number, number, number][] = [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ];
    for (const [successes, trials, low, high] of table) {
      const interval = wilsonInterval(successes, trials);
      expect(interval.value).toBe(successes / trials);
      expect(interval.low).toBeCloseTo(low, 4);
      expect(interval.high).toBeCloseTo(high, 4);
    }
    expect(wilsonInterval(5, 5).high).toBe(1);
    expect(wilsonInterval(0, 0).value).toBeNaN();
  });

  it('the expected maximum without replacement equals the mean over all subsets', () => {
    const values = [3, -1, 4, 4, 0.5, 9];
    for (let n = 1; n <= values.length; n += 1) {
      const maxima = subsets(values, n).map((subset) => Math.max(...subset));
      expect(expectedMaximum(values, n)).toBeCloseTo(mean(maxima), 12);
    }
    expect(expectedMaximum(values, 7)).toBeNaN();
    expect(expectedMaximum(values, 0)).toBeNaN();
  });

  it('gain kept: nothing, all, and where there was nothing to gain', () => {
    const all = [0, 1, 2, 5];
    expect(gainKept({ all, bestOfN: 5, speculativeRejection: 5 })).toBe(1);
    expect(gainKept({ all, bestOfN: 5, speculativeRejection: 2 })).toBe(0);
    expect(gainKept({ all: [1, 1], bestOfN: 1, speculativeRejection: 1 })).toBeNull();
    const prompts = [
      { all, bestOfN: 5, speculativeRejection: 5 },
      { all, bestOfN: 5, speculativeRejection: 2 },
      { all: [1, 1], bestOfN: 1, speculativeRejection: 1 },
    ];
    expect(gainKeptOverPrompts(prompts)).toEqual({ value: 0.5, low: 0, high: 1 });
  });

  it('speedup at equal reward: the compute of the Best-of-N that reaches it', () => {
    const prompt = {
      all: [0, 1, 2, 3],
      bestOfN: 3,
      bestOfNCompute: 400,
      speculativeRejectionCompute: 150,
    };
    const curve = bestOfNCurve([prompt]);
    expect(curve[0]).toBe(1.5);
    expect(curve[3]).toBe(3);
    expect(answersToReach(curve, 1)).toBe(1);
    expect(answersToReach(curve, curve[2] ?? NaN)).toBe(3);
    expect(speedupAtEqualReward([{ ...prompt, speculativeRejection: 3 }])).toBeCloseTo(400 / 150);
    const between = ((curve[1] ?? NaN) + (curve[2] ?? NaN)) / 2;
    expect(speedupAtEqualReward([{ ...prompt, speculativeRejection: between }])).toBeCloseTo(
      250 / 150,
    );
    expect(speedupAtEqualReward([{ ...prompt, speculativeRejection: 4 }])).toBeNull();
  });
});

function subsets(values: number[], size: number): number[][] {
  if (size === 0) return [[]];
  return values.flatMap((value, place) =>
    subsets(values.slice(place + 1), size - 1).map((rest) => [value, ...rest]),
  );
}

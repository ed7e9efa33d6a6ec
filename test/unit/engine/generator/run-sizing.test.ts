import { describe, expect, it } from 'vitest';
import { stopGraceMs } from '../../../../src-main/contract/engine.ts';
import { longestRunMs, RunSizing } from '../../../../src-main/engine/generator/run-sizing.ts';

/** Lets a generator whose steps take that long choose its runs, and tells how many steps each had. */
function runs(count: number, rows: number, stepMs: number, sizing = new RunSizing(8)): number[] {
  return Array.from({ length: count }, () => {
    const steps = sizing.steps(rows);
    sizing.measured(rows, steps, steps * stepMs);
    return steps;
  });
}

describe('the size of a run', () => {
  it('leaves a stopped engine time to end by itself', () => {
    expect(longestRunMs).toBeLessThanOrEqual(0.75 * stopGraceMs);
    for (const stepMs of [25, 40, 60, 90, 120, 170]) {
      const longest = Math.max(...runs(10, 64, stepMs)) * stepMs;
      expect(longest).toBeLessThan(0.75 * stopGraceMs);
    }
  });

  it('begins with one step, doubles, and stays at the limit', () => {
    expect(runs(6, 4, 1)).toEqual([1, 2, 4, 8, 8, 8]);
  });

  it('is one step where even that takes long', () => {
    expect(runs(3, 64, 400)).toEqual([1, 1, 1]);
  });

  it('expects more rows to take longer, in proportion', () => {
    const sizing = new RunSizing(8);
    runs(5, 16, 20, sizing);
    expect(sizing.steps(64)).toBe(2);
  });
});

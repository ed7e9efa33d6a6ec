/**
 * Decides how many steps a run of the graph does. A run cannot be interrupted, and whoever stops it waits for its end;
 * so a run is to last clearly less than the time that a stopped engine is given, by what earlier runs took. Results do
 * not depend on this.
 */
import { stopGraceMs } from '../../contract/engine.ts';

/** The rest of the grace is for a machine that was slower than before, and for the answer to arrive. */
export const longestRunMs = 0.72 * stopGraceMs;

export class RunSizing {
  readonly #mostSteps: number;
  #last: { rows: number; stepMs: number; steps: number } | null = null;

  constructor(mostSteps: number) {
    this.#mostSteps = mostSteps;
  }

  /** Steps for the next run of that many rows: one where nothing is known yet, and at most twice as many as before. */
  steps(rows: number): number {
    if (this.#last === null) return 1;
    const { rows: lastRows, stepMs, steps } = this.#last;
    // A step costs something for each row and something for all together, so it never grows faster than the rows.
    const expectedMs = stepMs * Math.max(1, rows / lastRows);
    const fitting = Math.floor(longestRunMs / expectedMs);
    return Math.max(1, Math.min(fitting, 2 * steps, this.#mostSteps));
  }

  /** Takes note of a run. */
  measured(rows: number, steps: number, milliseconds: number): void {
    this.#last = { rows, stepMs: milliseconds / Math.max(1, steps), steps };
  }
}

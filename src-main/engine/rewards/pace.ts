/**
 * How many texts to score in one run of the graph. A run cannot be interrupted, so it should not last longer than a
 * person who presses Stop is willing to wait; the sizes follow from what earlier runs took. Rewards do not depend on them.
 */
export interface Pace {
  /** The texts of this padded length to score in the next run. */
  rowsFor(length: number): number;
  /** Tells what a run took, in milliseconds. */
  note(length: number, rows: number, milliseconds: number): void;
  /** From now on never more rows than this. */
  limitTo(rows: number): void;
}

const targetMilliseconds = 200;
/** More rows make a run no more efficient, and attention's memory grows with rows times length squared. */
const mostRows = 64;
const mostTokens = 8192;
/** A first measurement can be far off: the next batch may grow only this much. */
const growth = 4;

interface Measurement {
  rows: number;
  millisecondsPerRow: number;
}

/** A pace that knows nothing yet: it begins with one text. */
export function makePace(): Pace {
  const measured = new Map<number, Measurement>();
  let limit = mostRows;

  const nearest = (length: number): [number, Measurement] | undefined => {
    const distance = (other: number) => Math.abs(other - length);
    return [...measured].sort(([first], [second]) => distance(first) - distance(second))[0];
  };

  return {
    rowsFor(length) {
      const found = nearest(length);
      const ceiling = Math.max(1, Math.min(limit, Math.floor(mostTokens / length)));
      if (found === undefined) return 1;
      const [measuredLength, { rows, millisecondsPerRow }] = found;
      const perRow = millisecondsPerRow * (length / measuredLength);
      const affordable = Math.floor(targetMilliseconds / Math.max(perRow, 1e-3));
      return Math.max(1, Math.min(ceiling, affordable, rows * growth));
    },
    note(length, rows, milliseconds) {
      measured.set(length, { rows, millisecondsPerRow: milliseconds / rows });
    },
    limitTo(rows) {
      limit = Math.max(1, Math.min(limit, rows));
    },
  };
}

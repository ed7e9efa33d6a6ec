/**
 * How many texts to score in one run of the graph. A run cannot be interrupted, so it should not last longer than a
 * person who presses Stop is willing to wait; the sizes follow from what earlier runs took. Rewards do not depend on them.
 */
export interface Pace {
  /** The texts of this padded length to score in the next run. */
  rowsFor(length: number): number;
  /** Tells what a run took, in milliseconds. */
  note(length: number, rows: number, milliseconds: number): void;
  /** The most texts of this padded length that `rowsFor` ever gives. */
  mostRows(length: number): number;
  /** From now on never more rows than this. */
  limitTo(rows: number): void;
}

const targetMilliseconds = 200;
/** A single text is given twice (session.ts), so two cost no more. */
const fewestRows = 2;
/** More rows make a run no more efficient. */
const mostRows = 64;
const [fewestTokens, mostTokens] = [2048, 8192];
/** A first measurement can be far off: the next batch may grow only this much. */
const growth = 4;

interface Measurement {
  rows: number;
  millisecondsPerRow: number;
}

/**
 * A pace that knows nothing yet: it begins with the fewest texts.
 * @param windowTokens the longest text. Attention's memory grows with rows times length squared, and two texts that fill
 *   the window are tried when a model is loaded: no batch takes more than they did.
 */
export function makePace(windowTokens: number): Pace {
  const measured = new Map<number, Measurement>();
  let limit = mostRows;

  const tokens = Math.max(fewestTokens, Math.min(mostTokens, fewestRows * windowTokens));
  const affordableMemory = fewestRows * windowTokens ** 2;
  const mostOf = (length: number): number => {
    const fitting = Math.floor(Math.min(tokens / length, affordableMemory / length ** 2));
    return Math.max(Math.min(fewestRows, limit), Math.min(limit, fitting));
  };

  const nearest = (length: number): [number, Measurement] | undefined => {
    const distance = (other: number) => Math.abs(other - length);
    return [...measured].sort(([first], [second]) => distance(first) - distance(second))[0];
  };

  return {
    rowsFor(length) {
      const found = nearest(length);
      const floor = Math.min(fewestRows, limit);
      const ceiling = mostOf(length);
      if (found === undefined) return floor;
      const [measuredLength, { rows, millisecondsPerRow }] = found;
      const perRow = millisecondsPerRow * (length / measuredLength);
      const affordable = Math.floor(targetMilliseconds / Math.max(perRow, 1e-3));
      return Math.max(floor, Math.min(ceiling, affordable, rows * growth));
    },
    note(length, rows, milliseconds) {
      const given = Math.max(rows, fewestRows);
      measured.set(length, { rows: given, millisecondsPerRow: milliseconds / given });
    },
    mostRows: mostOf,
    limitTo(rows) {
      limit = Math.max(1, Math.min(limit, rows));
    },
  };
}

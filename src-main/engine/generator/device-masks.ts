/** Which positions each query sees on a graphics card, as numbers that are added to its scores. */
import { hiddenScore } from '../graph/arithmetic.ts';

/** How many tokens the parts of the cache hold before a run. A part without any has one position, which is hidden. */
export interface CacheLengths {
  prompt: number;
  finished: number;
  running: number;
}

/** Positions that a part takes in the graph. */
export function paddedLength(tokens: number): number {
  return Math.max(tokens, 1);
}

/** The new tokens of each row in one step of a run. */
export interface StepQueries {
  /** Tokens that the run's earlier steps have added. */
  added: number;
  /** Each sees itself, the earlier ones and what came before. */
  queries: number;
}

/**
 * @param options.groups query heads to a key head: the mask's lines are repeated as often
 * @param options.window a query sees only positions less than this far back
 * @returns fp32 `[groups · queries, positions]`, 0 or `hiddenScore`
 */
export function stepMask(
  lengths: CacheLengths,
  { added, queries }: StepQueries,
  { groups, window = Infinity }: { groups: number; window?: number },
): Float32Array {
  // The absolute position of each column; what only fills an empty part lies nowhere.
  const columns: number[] = [];
  let next = 0;
  for (const tokens of [lengths.prompt, lengths.finished, lengths.running]) {
    if (tokens === 0) columns.push(Infinity);
    for (let i = 0; i < tokens; i++) columns.push(next++);
  }
  const first = next + added;
  while (next < first + queries) columns.push(next++);
  const mask = new Float32Array(groups * queries * columns.length);
  for (let line = 0; line < groups * queries; line++) {
    const own = first + (line % queries);
    for (const [column, position] of columns.entries()) {
      const seen = position <= own && own - position < window;
      if (!seen) mask[line * columns.length + column] = hiddenScore;
    }
  }
  return mask;
}

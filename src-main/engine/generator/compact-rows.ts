/**
 * Drops rows from `[groups, rows, rowSize]` in place: what is kept moves to the front, in order. Rows that stand
 * together are moved together.
 * @param kept rising row numbers
 */
export function compactRows(
  data: Float32Array,
  { groups, rows, rowSize }: { groups: number; rows: number; rowSize: number },
  kept: readonly number[],
): void {
  const spans = spansOf(kept);
  let write = 0;
  for (let group = 0; group < groups; group++) {
    const start = group * rows;
    for (const { first, count } of spans) {
      const read = (start + first) * rowSize;
      data.copyWithin(write, read, read + count * rowSize);
      write += count * rowSize;
    }
  }
}

function spansOf(kept: readonly number[]): { first: number; count: number }[] {
  const spans: { first: number; count: number }[] = [];
  for (const row of kept) {
    const last = spans.at(-1);
    if (last !== undefined && last.first + last.count === row) last.count += 1;
    else spans.push({ first: row, count: 1 });
  }
  return spans;
}

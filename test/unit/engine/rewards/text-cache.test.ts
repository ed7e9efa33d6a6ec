import { describe, expect, it } from 'vitest';
import { TextCache, type CachedChunk } from '../../../../src-main/engine/rewards/text-cache.ts';

/** Keys and values of a chunk: eight bytes. */
const read = () => ({ keys: [new Float32Array(1)], values: [new Float32Array(1)] });

/** Keeps a text of these chunks. */
function keep(cache: TextCache, chunks: number[][]): void {
  let before: CachedChunk | undefined;
  for (const tokens of chunks) before = cache.add(before, tokens, read());
}

describe('the cache of texts', () => {
  it('finds what is kept of a text from its beginning on', () => {
    const cache = new TextCache(1000);
    keep(cache, [
      [1, 2],
      [3, 4],
    ]);
    expect(
      cache.find([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    ).toHaveLength(2);
    expect(
      cache.find([
        [1, 2],
        [9, 9],
        [3, 4],
      ]),
    ).toHaveLength(1);
    expect(cache.find([[3, 4]])).toEqual([]);
  });

  it('tells the same tokens apart by what came before them', () => {
    const cache = new TextCache(1000);
    keep(cache, [[1], [7]]);
    keep(cache, [[2], [7]]);
    const [first, second] = [cache.find([[1], [7]])[1], cache.find([[2], [7]])[1]];
    expect(first).toBeDefined();
    expect(first).not.toBe(second);
  });

  it('never keeps more than its limit, and drops what was not used for longest, ends before beginnings', () => {
    const cache = new TextCache(4 * 8);
    keep(cache, [[1], [2], [3]]);
    keep(cache, [[9]]);
    expect(cache.find([[9]])).toHaveLength(1);
    keep(cache, [[8]]);
    expect(cache.bytes).toBe(4 * 8);
    expect(cache.find([[1], [2], [3]])).toHaveLength(2);
    keep(cache, [[7]]);
    expect(cache.find([[9]])).toHaveLength(0);
    expect(cache.find([[1], [2]])).toHaveLength(2);
  });

  it('keeps nothing that is larger than its limit, and nothing once it is cleared', () => {
    const small = new TextCache(7);
    keep(small, [[1]]);
    expect([small.bytes, small.find([[1]])]).toEqual([0, []]);
    const cache = new TextCache(1000);
    keep(cache, [[1]]);
    cache.clear();
    expect([cache.bytes, cache.find([[1]])]).toEqual([0, []]);
  });
});

import { describe, expect, it } from 'vitest';
import { AnswerCache } from '../../../../src-main/engine/generator/lane-cache.ts';
import { blockTokens } from '../../../../src-main/engine/graph/model-weights.ts';

const shape = {
  layers: 2,
  keyValueHeads: 2,
  headSize: 4,
};
const rowSize = shape.keyValueHeads * shape.headSize;

/** Numbers that tell where they belong. */
function written(rows: number, first: number, steps: number) {
  const part = (layer: number, add: number) =>
    Float32Array.from({ length: steps * rows * rowSize }, (_, at) => {
      const [step, rest] = [Math.floor(at / (rows * rowSize)), at % (rows * rowSize)];
      return add + layer * 1e5 + (first + step) * 1e3 + rest;
    });
  return (layer: number) => ({ keys: part(layer, 0), values: part(layer, 1e6) });
}

describe('the cache of the answers', () => {
  it('keeps keys transposed and values as they are, block after block', () => {
    const cache = new AnswerCache(shape, 3, 40);
    cache.append(10, written(3, 0, 10));
    cache.append(6, written(3, 10, 6));
    cache.append(2, written(3, 16, 2));
    expect([cache.blocks, cache.runningTokens, cache.tokens]).toEqual([1, 2, 18]);
    const { keys, values } = cache.layer(1);
    const [head, row, token, i] = [1, 2, 13, 3];
    const number = 1e5 + token * 1e3 + row * rowSize + head * shape.headSize + i;
    const key = ((head * 3 + row) * shape.headSize + i) * blockTokens + token;
    const value = ((head * 3 + row) * blockTokens + token) * shape.headSize + i;
    expect(keys.blocks[key]).toBe(number);
    expect(values.blocks[value]).toBe(1e6 + number);
    expect(keys.running[rowSize * 3]).toBe(1e5 + 17e3);
  });

  it('holds what a cache without the dropped rows would hold', () => {
    const cache = new AnswerCache(shape, 3, 40);
    cache.append(16, written(3, 0, 16));
    cache.append(5, written(3, 16, 5));
    const { keys: before } = cache.layer(0);
    const lastRow = before.running.slice(2 * rowSize, 3 * rowSize);
    cache.keep([0, 2]);
    const { keys, values } = cache.layer(0);
    expect(keys.running.slice(rowSize, 2 * rowSize)).toEqual(lastRow);
    expect(values.blocks).toHaveLength(2 * blockTokens * rowSize);
    expect(cache.bytes).toBe(2 * 21 * rowSize * 2 * 2 * 4);
    cache.keep([]);
    expect(cache.bytes).toBe(0);
  });

  it('is as it was where it cannot grow', () => {
    const cache = new AnswerCache(shape, 3, 20);
    cache.append(16, written(3, 0, 16));
    cache.append(4, written(3, 16, 4));
    const bytes = cache.bytes;
    // Beyond the 20 tokens that were set aside, a second block has no place.
    expect(() => cache.append(12, written(3, 20, 12))).toThrow(RangeError);
    expect([cache.bytes, cache.blocks, cache.runningTokens]).toEqual([bytes, 1, 4]);
    expect(cache.layer(1).values.running).toHaveLength(4 * 3 * rowSize);
  });

  it('refuses more rows than memory can ever hold', () => {
    expect(() => new AnswerCache(shape, 2 ** 40, 2 ** 20)).toThrow(RangeError);
  });
});

import { describe, expect, it } from 'vitest';
import { PromptCache } from '../../../../src-main/engine/generator/prompt-cache.ts';

const shape = {
  layers: 2,
  keyValueHeads: 2,
  headSize: 6,
};

/** A number that tells where it belongs. */
const number = (layer: number, token: number, head: number, i: number) =>
  layer * 10_000 + token * 100 + head * 10 + i;

/** Keys of a chunk, `[count, kvHeads, headSize]`; values are their negatives. */
function chunk(first: number, count: number) {
  return (layer: number) => {
    const keys = Float32Array.from({ length: count * 12 }, (_, at) =>
      number(layer, first + Math.floor(at / 12), Math.floor((at % 12) / 6), at % 6),
    );
    return { keys, values: keys.map((key) => -key) };
  };
}

describe('the cache of the prompt', () => {
  it('holds keys by head and number, values by head and token, whatever the chunks were', () => {
    for (const chunks of [[9], [1, 1, 7], [4, 5], [3, 3, 3]]) {
      const cache = new PromptCache(shape, 9);
      for (const count of chunks) cache.append(count, chunk(cache.tokens, count));
      expect(cache.tokens).toBe(9);
      expect(cache.bytes).toBe(9 * 12 * 2 * 2 * 4);
      for (const layer of [0, 1]) {
        const { keys, values } = cache.layer(layer);
        for (let at = 0; at < 9 * 12; at++) {
          const [head, rest] = [Math.floor(at / 54), at % 54];
          expect(keys[at]).toBe(number(layer, rest % 9, head, Math.floor(rest / 9)));
          expect(values[at]).toBe(-number(layer, Math.floor(rest / 6), head, rest % 6));
        }
      }
    }
  });
});

import { describe, expect, it } from 'vitest';
import { dequantise } from '../../../../src-main/engine/gguf/dequantise.ts';
import { blocksOf, isBlockType } from '../../../../src-main/engine/graph/weight-blocks.ts';
import { randomTensorBytes, seededUniform } from '../../../helpers/random-blocks.ts';

describe('weights in blocks', () => {
  it.each(['Q4_0', 'Q4_1', 'Q8_0'] as const)('stand for the same numbers (%s)', (type) => {
    if (!isBlockType(type)) throw new Error('not a block type');
    const bytes = new Uint8Array(randomTensorBytes(type, 640, 0.05, seededUniform(5)));
    const { bits, numbers, scales, offsets } = blocksOf(type, bytes);
    const expected = dequantise(type, bytes);
    for (const [index, value] of expected.entries()) {
      const block = Math.floor(index / 32);
      const pair = numbers[Math.floor((index * bits) / 8)] ?? 0;
      const q = bits === 8 ? pair : index % 2 === 0 ? pair & 15 : pair >> 4;
      const scale = scales[block] ?? NaN;
      const mapped = scale * (q - 2 ** (bits - 1)) + (offsets?.[block] ?? 0);
      // The offset, m + 8 d, is rounded once to 32 bits.
      expect(Math.abs(mapped - value)).toBeLessThan(16 * Math.abs(scale) * 2 ** -23);
    }
  });

  it('are not made of types without a map of their own', () => {
    expect(isBlockType('F16')).toBe(false);
    expect(isBlockType('Q6_K')).toBe(false);
  });
});

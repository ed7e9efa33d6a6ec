import { describe, expect, it } from 'vitest';
import { blockLayouts } from '../../../../src-main/engine/gguf/block-types.ts';
import { dequantise } from '../../../../src-main/engine/gguf/dequantise.ts';
import type { TensorType } from '../../../../src-main/engine/gguf/types.ts';
import { blockKind, blocksOf } from '../../../../src-main/engine/graph/weight-blocks.ts';
import { randomTensorBytes, seededUniform } from '../../../helpers/random-blocks.ts';

describe('weights in blocks', () => {
  const plain = ['F32', 'F16', 'BF16'];
  const types = (Object.keys(blockLayouts) as TensorType[]).filter((type) => !plain.includes(type));
  it.each(types)('stand for the same numbers (%s)', (type) => {
    const kind = blockKind(type);
    if (kind === undefined) throw new Error('it has no kind');
    const bytes = new Uint8Array(randomTensorBytes(type, 2560, 0.05, seededUniform(5)));
    const { numbers, scales, offsets } = blocksOf(type, kind, bytes);
    const { bits, blockLength } = kind;
    for (const [index, value] of dequantise(type, bytes).entries()) {
      const block = Math.floor(index / blockLength);
      const byte = numbers[Math.floor((index * bits) / 8)] ?? 0;
      const number = bits === 8 ? byte : index % 2 === 0 ? byte & 15 : byte >> 4;
      const [scale, offset] = [scales[block] ?? NaN, offsets?.[block] ?? 0];
      const mapped = scale * (number - 2 ** (bits - 1)) + offset;
      // The offset is rounded once to 32 bits, and so is the value.
      const rounding = (Math.abs(offset) + Math.abs(value)) * 2 ** -23;
      expect(Math.abs(mapped - value)).toBeLessThanOrEqual(rounding);
    }
  });

  it('are not made of plain numbers', () => {
    for (const type of ['F32', 'F16', 'BF16'] as const) expect(blockKind(type)).toBeUndefined();
  });
});

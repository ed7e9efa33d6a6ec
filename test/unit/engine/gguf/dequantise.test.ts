import { describe, expect, it } from 'vitest';
import { blockLayouts, rowBytes } from '../../../../src-main/engine/gguf/block-types.ts';
import { dequantise } from '../../../../src-main/engine/gguf/dequantise.ts';
import type { TensorType } from '../../../../src-main/engine/gguf/types.ts';
import { readFixture } from '../../../helpers/generator-fixtures.ts';

const oracle = readFixture('dequantise-oracle.json') as Record<
  TensorType,
  { bytes: string; numbers: string }
>;

describe('dequantise', () => {
  it.each(Object.keys(oracle) as TensorType[])(
    'makes the same numbers of %s as Python’s gguf, bit for bit',
    (type) => {
      const stored = Buffer.from(oracle[type].bytes, 'base64');
      const expected = Buffer.from(oracle[type].numbers, 'base64');
      const numbers = dequantise(type, stored);
      expect(rowBytes(type, numbers.length)).toBe(stored.length);
      expect(Buffer.from(numbers.buffer).equals(expected)).toBe(true);
    },
  );

  it('covers every type', () => {
    expect(Object.keys(oracle).sort()).toEqual(Object.keys(blockLayouts).sort());
  });

  it('writes into a given array, and only into one that fits', () => {
    const stored = Buffer.from(oracle.Q8_0.bytes, 'base64');
    const target = new Float32Array(96);
    expect(dequantise('Q8_0', stored, target)).toBe(target);
    expect(target.some((number) => number !== 0)).toBe(true);
    expect(() => dequantise('Q8_0', stored, new Float32Array(95))).toThrow(RangeError);
  });
});

import { describe, expect, it } from 'vitest';
import { isOutOfMemory } from '../../../src-main/engine/onnxruntime.ts';

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('running out of memory', () => {
  it.each<[string, () => unknown]>([
    ['an ArrayBuffer for which there is no memory', () => new ArrayBuffer(2 ** 52)],
    ['a longer one than can be', () => new ArrayBuffer(2 ** 60)],
    ['one that could grow too long', () => new ArrayBuffer(0, { maxByteLength: 2 ** 60 })],
    ['an array of numbers', () => new Float32Array(2 ** 50)],
  ])('is told by V8 for %s', (_, allocate) => {
    expect(isOutOfMemory(thrownBy(allocate))).toBe(true);
  });

  it.each([
    'std::bad_alloc',
    'BFCArena::AllocateRawInternal Failed to allocate memory for requested buffer of size 4096',
    'ArrayBuffer.prototype.resize: Out of memory',
  ])('is told by "%s"', (message) => {
    expect(isOutOfMemory(new Error(message))).toBe(true);
  });

  it('is not what a fault of the program is', () => {
    const growable = new ArrayBuffer(0, { maxByteLength: 8 });
    for (const fault of [
      () => growable.resize(9),
      () => new Float32Array(2).set([1, 2, 3]),
      () => new Float32Array(-1),
      () => (1).toFixed(200),
    ]) {
      expect(isOutOfMemory(thrownBy(fault))).toBe(false);
    }
    expect(isOutOfMemory(new RangeError('there is no layer 3'))).toBe(false);
  });
});

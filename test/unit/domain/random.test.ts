import { describe, expect, it } from 'vitest';
import { philox4x32, uniformNumber } from '../../../src-main/domain/random.ts';

describe('Philox4x32-10', () => {
  it('gives the known answers of its authors (Random123, kat_vectors)', () => {
    const all = 0xffffffff;
    expect(philox4x32([0, 0, 0, 0], [0, 0])).toEqual([
      0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8,
    ]);
    expect(philox4x32([all, all, all, all], [all, all])).toEqual([
      0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd,
    ]);
    expect(
      philox4x32([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]),
    ).toEqual([0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]);
  });
});

describe('the uniform number of a token', () => {
  it('depends on seed, candidate and position', () => {
    const one = uniformNumber(1, 2, 3);
    expect(uniformNumber(1, 2, 3)).toBe(one);
    expect(uniformNumber(2, 2, 3)).not.toBe(one);
    expect(uniformNumber(1, 3, 3)).not.toBe(one);
    expect(uniformNumber(1, 2, 4)).not.toBe(one);
    // All 53 bits of a seed count.
    expect(uniformNumber(1 + 2 ** 40, 2, 3)).not.toBe(one);
  });

  it('fills the unit interval evenly and is exact in 32 bits', () => {
    const bins = new Array<number>(10).fill(0);
    for (let candidate = 0; candidate < 100; candidate++) {
      for (let position = 0; position < 100; position++) {
        const uniform = uniformNumber(5, candidate, position);
        expect(uniform).toBe(Math.fround(uniform));
        const bin = Math.floor(uniform * 10);
        bins[bin] = (bins[bin] ?? 0) + 1;
      }
    }
    // 1,000 are expected in each; five standard deviations are 150.
    for (const count of bins) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cacheCost } from '../../../src-main/domain/cache-cost.ts';

const geometry = {
  bytesPerToken: 46_080,
  blockTokens: 16,
  runTokens: 8,
  chunkTokens: 64,
  layers: 30,
};
const amount = (most: number) => fc.integer({ min: 0, max: most });

describe('the cost of the cache', () => {
  const cost = cacheCost(geometry, 40);

  it('is the prompt alone where nothing is written', () => {
    expect(cost.whileAdvancing(0, 0, 8)).toBe(40 * 46_080);
  });

  it('counts every token once and those of one run twice', () => {
    const joined = (2 * 16) / 30;
    expect(cost.whileAdvancing(1, 92, 8)).toBe(Math.ceil((40 + 100 + 8 + joined) * 46_080));
  });

  it('counts a chunk of the prompt like a run of one row', () => {
    expect(cost.whileReading).toBe((40 + 40) * 46_080 + (40 * 2 * 46_080) / 30);
    const long = cacheCost(geometry, 300);
    expect(long.whileReading).toBe((300 + 64) * 46_080 + (64 * 2 * 46_080) / 30);
  });

  it('never falls when rows, position or tokens grow', () => {
    fc.assert(
      fc.property(
        amount(300),
        amount(500),
        amount(200),
        fc.constantFrom<[number, number, number]>([1, 0, 0], [0, 1, 0], [0, 0, 1]),
        (rows, position, tokens, [moreRows, further, moreTokens]) => {
          const smaller = cost.whileAdvancing(rows, position, tokens);
          const larger = cost.whileAdvancing(
            rows + moreRows,
            position + further,
            tokens + moreTokens,
          );
          expect(larger).toBeGreaterThanOrEqual(smaller);
        },
      ),
    );
  });
});

describe('the cost of a cache that each row has for itself', () => {
  const together = cacheCost({ ...geometry, layout: 'together' }, 41);
  const apart = cacheCost({ ...geometry, layout: 'apart' }, 41);
  const tokens = (count: number) => count * geometry.bytesPerToken;

  it('counts the prompt once more than there are rows, without its last token', () => {
    expect(together.whileAdvancing(0, 0, 8)).toBe(tokens(40));
    expect(together.whileAdvancing(3, 0, 0)).toBe(tokens(40 + 3 * 40));
  });

  it('counts the whole cache again, twice, at the end of a run', () => {
    expect(together.whileAdvancing(3, 10, 5)).toBe(tokens(40 + 3 * 54 + 2 * 3 * 55));
  });

  it('gives a lone row a companion where rows run together', () => {
    expect(together.whileAdvancing(1, 10, 5)).toBe(together.whileAdvancing(2, 10, 5));
    expect(apart.whileAdvancing(1, 10, 5)).toBe(tokens(40 + 54 + 2 * 55));
  });

  it('counts one row’s copy less often where rows run one after the other', () => {
    expect(apart.whileAdvancing(3, 10, 5)).toBe(tokens(40 + 3 * 54 + 4 * 55));
  });

  it('counts the last chunk of the prompt and what came before it', () => {
    const long = cacheCost({ ...geometry, layout: 'together' }, 131);
    expect(long.whileReading).toBe(tokens(128 + 2 * 130));
  });
});

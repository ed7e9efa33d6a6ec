import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  packFloats,
  packTokens,
  unpackFloats,
  unpackTokens,
} from '../../../src-main/store/pack.ts';

describe('packing', () => {
  it('gives tokens and log-probabilities back exactly', () => {
    const tokens = fc.array(fc.integer({ min: 0, max: 2 ** 31 - 1 }));
    const floats = fc.array(fc.double());
    fc.assert(
      fc.property(tokens, floats, (ids, values) => {
        expect(unpackTokens(packTokens(ids))).toEqual(ids);
        expect(unpackFloats(packFloats(values))).toEqual(values);
      }),
      { seed: 1 },
    );
  });
});

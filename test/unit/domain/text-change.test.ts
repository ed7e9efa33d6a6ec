import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinText, splitText } from '../../../src-main/domain/text-change.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'b', '😀', '😁', '\ufffd') });

describe('a change of a text', () => {
  it('gives every state of a growing text back, and never stores half a character', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const change = splitText(before, after);
        expect(joinText(before, change)).toBe(after);
        expect(change.added.isWellFormed()).toBe(true);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('stores only what is new of a text that got longer', () => {
    expect(splitText('Light ', 'Light is')).toEqual({ kept: 6, added: 'is' });
    expect(splitText('Light \ufffd', 'Light 😀')).toEqual({ kept: 6, added: '😀' });
    expect(splitText('a😀', 'a😁')).toEqual({ kept: 1, added: '😁' });
  });
});

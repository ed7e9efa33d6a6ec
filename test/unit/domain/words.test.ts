import { describe, expect, it } from 'vitest';
import { countWords, splitPieces, splitWords } from '../../../src-main/domain/words.ts';

describe('words', () => {
  it('are counted without signs, and a contraction is one', () => {
    expect(countWords("It's 3.5 km — **not** far!")).toBe(5);
    expect(countWords(' \n')).toBe(0);
  });

  it('know where they stand and are compared in lower case', () => {
    expect(splitWords('Ja, GUT')).toEqual([
      { start: 0, end: 2, key: 'ja' },
      { start: 4, end: 7, key: 'gut' },
    ]);
  });

  it('pieces are words and signs as they are, without spaces', () => {
    expect(splitPieces('Ja,\n GUT').map(({ key }) => key)).toEqual(['Ja', ',', 'GUT']);
  });
});

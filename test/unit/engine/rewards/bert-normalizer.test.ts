import { describe, expect, it } from 'vitest';
import { makeBertNormalizer } from '../../../../src-main/engine/rewards/bert-normalizer.ts';

const uncased = makeBertNormalizer({ type: 'BertNormalizer' });

/** What tokenizers 0.23 for Python makes of these with BertNormalizer(). */
describe('BERT’s normaliser', () => {
  it.each([
    ['Éclair Ünder', 'eclair under'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['中文x', ' 中  文 x'],
    ['\u{20000}\u{20001}', ' \u{20000}  \u{20001} '],
    ['a\u0000b\uFFFDc\u200Dd\u0007', 'abcd'],
    ['a\tb\nc\u00A0d\u3000e', 'a b c d e'],
    ['İ', 'i'],
    ['ß', 'ß'],
  ])('makes of %j %j', (text, expected) => {
    expect(uncased?.(text)).toBe(expected);
  });

  it('keeps capitals and accents where it is told to', () => {
    const cased = makeBertNormalizer({ type: 'BertNormalizer', lowercase: false });
    expect(cased?.('Éa')).toBe('Éa');
    const accented = makeBertNormalizer({ type: 'BertNormalizer', strip_accents: false });
    expect(accented?.('ÉA')).toBe('éa');
  });

  it('leaves other kinds to the library', () => {
    expect(makeBertNormalizer({ type: 'NFC' })).toBeUndefined();
    expect(makeBertNormalizer(null)).toBeUndefined();
  });
});

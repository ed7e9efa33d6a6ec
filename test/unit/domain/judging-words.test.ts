import { describe, expect, it } from 'vitest';
import { rewardWords, textWords } from '../../../src-main/domain/judging-words.ts';

const wordsFor = (weights: Record<string, number>) =>
  rewardWords({
    texts: 'pair',
    heads: Object.entries(weights).map(([name, weight]) => ({ name, weight })),
  });

describe('the words for a reward', () => {
  it('are a sum of what counts', () => {
    expect(wordsFor({ helpfulness: 0.65, correctness: 0, verbosity: -0.4 })).toBe(
      'helpfulness × 0.65 − verbosity × 0.4',
    );
    expect(wordsFor({ NEGATIVE: -1, POSITIVE: 1 })).toBe('−NEGATIVE + POSITIVE');
  });

  it('name no output where there is only one', () => {
    expect(wordsFor({ LABEL_0: 1 })).toBe('its only number');
    expect(wordsFor({ LABEL_0: -2 })).toBe('−LABEL_0 × 2');
  });
});

describe('the words for what is read', () => {
  it('tell a pair from a conversation', () => {
    expect(textWords({ texts: 'pair', heads: [] })).toContain('pair');
    expect(textWords({ texts: 'conversation', heads: [] })).toContain('chat template');
  });
});

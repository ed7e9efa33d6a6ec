import { describe, expect, it } from 'vitest';
import {
  endingWords,
  otherLaneWords,
  scoreHistory,
} from '../../../../../src-renderer/features/result/candidate-words.ts';
import { regretWords } from '../../../../../src-renderer/features/result/regret-words.ts';
import { inOtherLane } from '../../../../../src-main/domain/result.ts';
import { smallLaneView } from '../../../../helpers/small-lanes.ts';

const bestOfN = smallLaneView({
  strategy: 'best-of-n',
  candidates: [
    { text: 'Blue.', reward: 1 },
    { text: 'The sea.', reward: 3 },
  ],
});
const rejection = smallLaneView({
  strategy: 'speculative-rejection',
  candidates: [
    { text: 'Blue.', reward: 1 },
    { text: 'The', reward: -1, stopped: true },
  ],
});

describe('what became of an answer', () => {
  it.each([
    [{ state: 'finished', finish: 'stop', rejectedAt: null }, 'It came to its own end'],
    [
      { state: 'finished', finish: 'length', rejectedAt: null },
      'It was cut at the longest length allowed',
    ],
    [
      { state: 'rejected', finish: 'rejected', rejectedAt: 64 },
      'It was stopped early at 64 tokens',
    ],
    [{ state: 'interrupted', finish: null, rejectedAt: null }, 'It has not ended'],
    [{ state: 'not-started', finish: null, rejectedAt: null }, 'It was never started'],
  ] as const)('%o: %s', (candidate, words) => {
    expect(endingWords(candidate)).toBe(words);
  });

  it('its scores stand in the order of the text, the whole answer last', () => {
    const [chosen, stopped] = rejection.summary.candidates;
    if (chosen === undefined || stopped === undefined) throw new Error('Two candidates');
    const partialRewards = [
      { position: 8, reward: 2, at: 10, observed: true },
      { position: 4, reward: 1, at: 20, observed: false },
    ];
    expect(scoreHistory({ ...chosen, partialRewards })).toMatchObject([
      { at: '4 tokens', reward: 1, note: 'went on' },
      { at: '8 tokens', reward: 2, note: 'scored afterwards' },
      { at: 'Whole answer', reward: 1, note: '' },
    ]);
    expect(scoreHistory(stopped)).toMatchObject([
      { at: '4 tokens', reward: -1, note: 'stopped here' },
    ]);
  });

  it('in the other lane is told in one sentence', () => {
    const lanes = [bestOfN, rejection];
    const there = (strategy: 'best-of-n' | 'speculative-rejection', index: number) => {
      const other = inOtherLane(lanes, strategy, index);
      return other === null ? null : otherLaneWords(other);
    };
    expect(there('speculative-rejection', 1)).toBe('Scored 3.00, 1st of 2, and chosen.');
    expect(there('speculative-rejection', 0)).toBe('Scored 1.00, 2nd of 2.');
    expect(there('best-of-n', 1)).toBe('Stopped early at 4 tokens, with a score of −1.00.');
  });
});

describe('what stopping early cost, in one sentence', () => {
  const better = [{ index: 1, reward: 3, place: null }];
  it.each([
    [
      { known: 48, stopped: 48, better: [] },
      'None of the 48 answers that were stopped early would have scored better than the one chosen.',
    ],
    [
      { known: 48, stopped: 48, better },
      '1 of the 48 answers that were stopped early would have scored better than the one chosen.',
    ],
    [
      { known: 40, stopped: 48, better },
      '1 of the 40 answers that were stopped early and that Best-of-N finished would have scored better than the one chosen.',
    ],
    [
      { known: 1, stopped: 1, better: [] },
      'The one answer that was stopped early would not have scored better than the one chosen.',
    ],
    [
      { known: 1, stopped: 1, better },
      'The one answer that was stopped early would have scored better than the one chosen.',
    ],
  ])('%o', (regret, words) => {
    expect(regretWords(regret)).toBe(words);
  });
});

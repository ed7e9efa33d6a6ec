import { describe, expect, it } from 'vitest';
import {
  measuresOf,
  placeWords,
  ratioDelta,
} from '../../../../../src-renderer/features/result/measures.ts';
import { smallLaneView } from '../../../../helpers/small-lanes.ts';

const bestOfN = smallLaneView({
  strategy: 'best-of-n',
  ms: 2000,
  candidates: [
    { text: 'Blue light scatters more.', reward: 1 },
    { text: 'The sea.', reward: 3 },
    { text: 'The air.', reward: 2 },
  ],
});
const rejection = smallLaneView({
  strategy: 'speculative-rejection',
  ms: 900,
  candidates: [
    { text: 'Blue light scatters more.', reward: 1 },
    { text: 'The', reward: -1, stopped: true },
    { text: 'The', reward: -2, stopped: true },
  ],
});

const shown = (measures: ReturnType<typeof measuresOf>) =>
  Object.fromEntries(
    measures.map(({ key, value, note, delta }) => [
      key,
      [value, note ?? '', delta === null ? '' : `${delta.arrow} ${delta.words}`].filter(Boolean),
    ]),
  );

describe('the measures under an answer', () => {
  it('hold the second opinion where there is one, against that on the other chosen answer', () => {
    const judged = (strategy: 'best-of-n' | 'speculative-rejection', judgeRewards: number[]) =>
      smallLaneView({
        strategy,
        candidates: judgeRewards.map((judgeReward, index) => ({
          ...{ text: `Answer ${index}`, reward: index, judgeReward },
        })),
      });
    const [first, second] = [
      judged('best-of-n', [5, 2, 1.5]),
      judged('speculative-rejection', [1, 2]),
    ] as const;
    expect(shown(measuresOf(first, first)).opinion).toEqual(['1.50, 3rd of 3']);
    expect(shown(measuresOf(second, first)).opinion).toEqual(['2.00, 1st of 2', '↑ 0.50 higher']);
    expect(shown(measuresOf(rejection, first)).opinion).toEqual(['–']);
  });

  it('of the baseline stand alone', () => {
    expect(shown(measuresOf(bestOfN, bestOfN))).toEqual({
      score: ['3.00'],
      rank: ['1st of 3'],
      length: ['2 words'],
      time: ['2.0 s'],
      memory: ['3.1 kB'],
      written: ['24 tokens'],
      'thrown-away': ['0 tokens'],
    });
  });

  it('of another lane say in words how far they are from it, and where its answer stands among all', () => {
    expect(shown(measuresOf(rejection, bestOfN))).toEqual({
      score: ['1.00', '↓ 2.00 lower'],
      rank: ['the only one finished', '3rd of 3 in Best-of-N'],
      length: ['4 words', '↑ 2.0 times as much'],
      time: ['0.9 s', '↓ 55\u202f% less'],
      memory: ['2.0 kB', expect.stringMatching(/^↓ \d+\u202f% less$/)],
      written: ['16 tokens', '↓ 33\u202f% fewer'],
      'thrown-away': ['8 tokens', '50\u202f% of them'],
    });
  });

  it('have no rank in a lane that draws other candidates', () => {
    const greedy = smallLaneView({ strategy: 'greedy', candidates: [{ text: 'Yes', reward: 2 }] });
    expect(shown(measuresOf(greedy, bestOfN))['rank']).toEqual(['the only one finished']);
  });

  it('of a lane that chose nothing are told as far as they are known', () => {
    const stopped = smallLaneView({ strategy: 'best-of-n', candidates: [], chose: false });
    expect(shown(measuresOf(stopped, bestOfN))).toMatchObject({
      score: ['–'],
      rank: ['–'],
      length: ['–'],
    });
  });
});

describe('a difference in words', () => {
  it.each([
    [100, 100, '= the same'],
    [100.2, 100, '= about the same'],
    [130, 100, '↑ 30\u202f% more'],
    [250, 100, '↑ 2.5 times as much'],
    [41, 100, '↓ 59\u202f% less'],
    [0.1, 100, '↓ 99\u202f% less'],
    [0, 100, '↓ 100\u202f% less'],
  ])('%d after %d: %s', (value, before, expected) => {
    const delta = ratioDelta(value, before, ['more', 'less']);
    expect(`${delta?.arrow} ${delta?.words}`).toBe(expected);
  });

  it('is none where there is nothing to compare with', () => {
    expect(ratioDelta(1, 0, ['more', 'less'])).toBeNull();
    expect(ratioDelta(null, 1, ['more', 'less'])).toBeNull();
  });

  it('a place counts as people do', () => {
    expect(placeWords({ rank: 3, of: 8 })).toBe('3rd of 8');
  });
});

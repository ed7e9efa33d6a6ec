import { describe, expect, it } from 'vitest';
import type { LaneView } from '../../../../../src-main/domain/lane-view.ts';
import { opinionWords } from '../../../../../src-renderer/features/result/opinion-words.ts';
import { smallLaneView } from '../../../../helpers/small-lanes.ts';

const bestOfN = smallLaneView({
  strategy: 'best-of-n',
  candidates: [
    { text: 'Blue.', reward: 1, judgeReward: 7 },
    { text: 'The sea.', reward: 3, judgeReward: 4 },
    { text: 'The air.', reward: 2, judgeReward: 9 },
  ],
});
const rejection = (judgeReward: number): LaneView =>
  smallLaneView({
    strategy: 'speculative-rejection',
    candidates: [
      { text: 'Blue.', reward: 1, judgeReward },
      { text: 'The', reward: -1, stopped: true },
    ],
  });

describe('the second opinion in words', () => {
  it('says which chosen answer it prefers, what it would have chosen, and how often both agree', () => {
    expect(opinionWords([rejection(7), bestOfN])).toEqual([
      'Of the chosen answers it prefers that of Speculative Rejection: 7.00 against 4.00.',
      'Its own favourite of the 3 answers that Best-of-N finished is number 2, 2nd by the score that decides.',
      'Shown any two of them, both models prefer the same one in 33\u202f% of all cases; chance alone would make it 50\u202f%.',
    ]);
  });

  it('says where both chosen answers are as good', () => {
    expect(opinionWords([bestOfN, rejection(4)])[0]).toBe(
      'It finds both chosen answers equally good.',
    );
  });

  it('prefers nothing where all chose the same text, and says where that is its favourite', () => {
    const [lane, other] = (['best-of-n', 'speculative-rejection'] as const).map((strategy) =>
      smallLaneView({
        strategy,
        candidates: [
          { text: 'Blue.', reward: 2, judgeReward: 7 },
          { text: 'The sea.', reward: 1, judgeReward: 4 },
        ],
      }),
    );
    expect(opinionWords([lane, other].flatMap((view) => view ?? []))).toEqual([
      'Its own favourite of the 2 answers that Best-of-N finished is the chosen one, too.',
      expect.stringMatching(/the same one in 100/),
    ]);
  });

  it('has nothing to say where nothing was judged', () => {
    const unjudged = smallLaneView({
      strategy: 'best-of-n',
      candidates: [{ text: 'Blue.', reward: 1 }],
    });
    expect(opinionWords([unjudged])).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import {
  knownScore,
  scoreScale,
  shareOf,
} from '../../../../../src-renderer/features/compare/score-scale.ts';
import { viewsOf } from './lanes.ts';

const views = await viewsOf('speculative-rejection');
const end = views.slice(-1);

describe('the scale of the score bars', () => {
  it('reaches from the lowest score of the run to the highest, those of stopped answers included', () => {
    expect(scoreScale(end)).toEqual({ lowest: -1, highest: 2 });
  });

  it('is not there before the first score', () => {
    expect(scoreScale(views.slice(0, 1))).toBeNull();
    expect(scoreScale([])).toBeNull();
  });

  it('gives shares in hundredths, so that a bar moves only when it is to be seen', () => {
    const scale = { lowest: -1, highest: 2 };
    expect([-1, 0, 2].map((reward) => shareOf(reward, scale))).toEqual([0, 0.33, 1]);
  });

  it('shows whole bars where all scores are the same', () => {
    expect(shareOf(5, { lowest: 5, highest: 5 })).toBe(1);
  });
});

describe('the known score of an answer', () => {
  const [lane] = end;
  const candidate = lane?.summary.candidates[3];
  if (candidate === undefined) throw new Error('The lane has too few candidates');

  it('is the last one of its beginning while it is written', () => {
    const partial = { position: 8, reward: 0.5, at: 1, observed: false };
    const writing = { ...candidate, reward: null, partialRewards: [partial] };
    expect(knownScore(writing)).toEqual({ reward: 0.5, partial: true });
  });

  it('leaves out what was only observed: it came after the clock had stopped', () => {
    const observed = { position: 8, reward: 0.5, at: 1, observed: true };
    expect(knownScore({ ...candidate, reward: null, partialRewards: [observed] })).toBeNull();
  });

  it('is the final one as soon as there is one', () => {
    expect(knownScore(candidate)).toEqual({ reward: 2, partial: false });
  });
});

import { describe, expect, it } from 'vitest';
import {
  chosenCandidate,
  inOtherLane,
  inReadingOrder,
  placeIn,
  regretOf,
  resultSentence,
} from '../../../src-main/domain/result.ts';
import { smallLaneView, type SmallLane } from '../../helpers/small-lanes.ts';

const bestOfN: SmallLane = {
  strategy: 'best-of-n',
  ms: 2000,
  candidates: [
    { text: 'Blue light scatters more than red.', reward: 1 },
    { text: 'It is the sea.', reward: 3 },
    { text: 'Because of the air.', reward: 2 },
    { text: 'No idea', reward: null },
  ],
};

/** The same candidates, two of them stopped after two words. */
const rejection: SmallLane = {
  strategy: 'speculative-rejection',
  ms: 1000,
  candidates: [
    { text: 'Blue light scatters more than red.', reward: 1 },
    { text: 'It is', reward: -2, stopped: true },
    { text: 'Because of', reward: -3, stopped: true },
    { text: 'No idea', reward: null },
  ],
};

const lanes = [smallLaneView(rejection), smallLaneView(bestOfN)];
const strategies = (list: { strategy: string }[]) => list.map(({ strategy }) => strategy);

describe('the order of reading', () => {
  it('has Best-of-N left and Speculative Rejection beside it, whichever ran first', () => {
    expect(strategies(inReadingOrder(lanes))).toEqual(['best-of-n', 'speculative-rejection']);
    const others = [{ strategy: 'greedy' }, { strategy: 'speculative-rejection' }] as const;
    expect(strategies(inReadingOrder(others))).toEqual(['speculative-rejection', 'greedy']);
  });
});

describe('the sentence of the result', () => {
  it('has a true minus sign in its numbers, and leaves hyphens alone', () => {
    const candidates = [{ text: 'No idea', reward: -1.31 }];
    expect(resultSentence([smallLaneView({ ...bestOfN, candidates })])).toMatch(
      /^Best-of-N .*scored −1\.31/,
    );
  });

  it('compares with Best-of-N, in words', () => {
    expect(resultSentence(lanes)).toBe(
      'Speculative Rejection chose another answer, scored 1.00 instead of 3.00, in 50\u00a0% of the time and wrote 25\u00a0% fewer words in all.',
    );
  });

  it('tells one lane alone as what it did', () => {
    expect(resultSentence([smallLaneView(bestOfN)])).toBe(
      'Best-of-N chose one of 4 answers, scored 3.00, and wrote 16 words in 2.0 seconds.',
    );
    const single: SmallLane = { strategy: 'greedy', candidates: [{ text: 'Yes', reward: 0.5 }] };
    expect(resultSentence([smallLaneView(single)])).toBe(
      'Greedy wrote one answer, scored 0.50: 1 word in 1.0 seconds.',
    );
  });

  it('is true of a lane that chose nothing, and of one whose turn has not come', () => {
    const stopped = smallLaneView({ ...bestOfN, chose: false, status: 'cancelled' });
    expect(resultSentence([stopped])).toBe('Best-of-N was stopped before it chose an answer.');
    expect(
      resultSentence([{ ...smallLaneView({ ...bestOfN, chose: false }), status: 'waiting' }]),
    ).toBe('Best-of-N has not finished yet.');
    expect(resultSentence([])).toBe('');
  });
});

describe('a candidate', () => {
  const [rejecting, reference] = lanes.map(({ summary }) => summary);
  if (rejecting === undefined || reference === undefined) throw new Error('Two lanes');

  it('is the chosen one, or there is none', () => {
    expect(chosenCandidate(reference)?.index).toBe(1);
    expect(chosenCandidate(smallLaneView({ ...bestOfN, chose: false }).summary)).toBeNull();
  });

  it('has a place among the answers that were finished and scored', () => {
    expect(placeIn(reference, 0)).toEqual({ rank: 3, of: 3 });
    expect(placeIn(rejecting, 0)).toEqual({ rank: 1, of: 1 });
    expect(placeIn(rejecting, 1)).toBeNull();
  });

  it('is found in the other lane that writes the same candidates', () => {
    expect(inOtherLane(lanes, 'speculative-rejection', 1)).toMatchObject({
      strategy: 'best-of-n',
      candidate: { index: 1, text: 'It is the sea.', reward: 3 },
      place: { rank: 1, of: 3 },
    });
    expect(inOtherLane([lanes[1] ?? raise()], 'best-of-n', 0)).toBeNull();
    const greedy = smallLaneView({ strategy: 'greedy', candidates: [{ text: 'a', reward: 1 }] });
    expect(inOtherLane([...lanes, greedy], 'greedy', 0)).toBeNull();
  });

  it('is not in a lane that never began it', () => {
    const fewer = smallLaneView({
      ...bestOfN,
      candidates: [{ text: 'a', reward: 1 }],
      notStarted: 3,
    });
    expect(inOtherLane([...lanes.slice(0, 1), fewer], 'speculative-rejection', 1)).toBeNull();
  });
});

describe('what stopping early cost', () => {
  it('is known where Best-of-N finished the same answers: the best first', () => {
    expect(regretOf(lanes)).toEqual({
      known: 2,
      stopped: 2,
      better: [
        { index: 1, reward: 3, place: { rank: 1, of: 3 } },
        { index: 2, reward: 2, place: { rank: 2, of: 3 } },
      ],
    });
  });

  it('is nothing where the answers that were stopped would have scored less', () => {
    const kept = smallLaneView({
      ...rejection,
      candidates: rejection.candidates.map((candidate, index) =>
        index === 1 ? { text: 'It is the sea.', reward: 3 } : candidate,
      ),
    });
    expect(regretOf([kept, lanes[1] ?? raise()])).toEqual({ known: 1, stopped: 1, better: [] });
  });

  it('is unknown without a choice, without Best-of-N, and where nothing was stopped', () => {
    expect(regretOf(lanes.slice(0, 1))).toBeNull();
    expect(regretOf([smallLaneView({ ...rejection, chose: false }), ...lanes.slice(1)])).toBeNull();
    const all = { ...bestOfN, strategy: 'speculative-rejection' } as const;
    expect(regretOf([smallLaneView(all), ...lanes.slice(1)])).toBeNull();
  });
});

function raise(): never {
  throw new Error('Two lanes');
}

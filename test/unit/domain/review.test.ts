import { describe, expect, it } from 'vitest';
import type { StrategyName } from '../../../src-main/contract/events.ts';
import type { Vote, VoteChoice } from '../../../src-main/contract/votes.ts';
import {
  drawSides,
  itemOfListing,
  itemOfRecording,
  preferredStrategy,
  revealVote,
  reviewState,
  tallyVotes,
  type ReviewItem,
} from '../../../src-main/domain/review.ts';
import { smallRecordedLane, type SmallLane } from '../../helpers/small-lanes.ts';
import { aRun } from '../../helpers/stored-runs.ts';

const bestOfN: SmallLane = {
  strategy: 'best-of-n',
  ms: 2000,
  candidates: [
    { text: 'The sky.', reward: 1 },
    { text: 'The sea.', reward: 3 },
  ],
};
const rejection: SmallLane = {
  ...bestOfN,
  strategy: 'speculative-rejection',
  ms: 1000,
  candidates: [
    { text: 'The sky.', reward: 1 },
    { text: 'The', reward: 0, stopped: true },
  ],
};

function item(votes: Vote[] = [], lanes: SmallLane[] = [rejection, bestOfN]): ReviewItem {
  const run = { ...aRun({ id: 'run' }), lanes: lanes.map(smallRecordedLane), votes };
  const found = itemOfRecording(run);
  if (found === null) throw new Error('This run cannot be reviewed');
  return found;
}

function vote(choice: VoteChoice, left: StrategyName = 'best-of-n'): Vote {
  const right = left === 'best-of-n' ? 'speculative-rejection' : 'best-of-n';
  return {
    id: 'vote',
    runId: 'run',
    votedAt: '2026-03-01T15:42:07.123Z',
    left,
    right,
    choice,
    reasons: [],
    comment: '',
    blind: true,
    votedBeforeEnd: false,
    repeatOf: null,
  };
}

describe('a run to review', () => {
  it('has two chosen answers, with what is hidden', () => {
    expect(item()).toMatchObject({
      runId: 'run',
      prompt: 'Why is the sky blue?',
      answers: [
        { strategy: 'best-of-n', text: 'The sea.', reward: 3, wallMs: 2000 },
        { strategy: 'speculative-rejection', text: 'The sky.', reward: 1, wallMs: 1000 },
      ],
    });
  });

  it('is the same from a list of runs as from its events', () => {
    const recorded = [rejection, bestOfN].map(smallRecordedLane);
    const lanes = recorded.map((lane, place) => ({
      ...lane,
      chosenText: ['The sky.', 'The sea.'][place] ?? null,
    }));
    expect(itemOfListing({ ...aRun({ id: 'run' }), lanes, votes: [] })).toEqual(item());
  });

  it('is none where fewer than two strategies chose', () => {
    const lanes = [smallRecordedLane(rejection), smallRecordedLane({ ...bestOfN, chose: false })];
    expect(itemOfRecording({ ...aRun(), lanes, votes: [] })).toBeNull();
    expect(itemOfRecording({ ...aRun(), lanes: lanes.slice(0, 1), votes: [] })).toBeNull();
  });

  it('waits until it has a vote, and is skipped where the last vote says so', () => {
    expect(reviewState(item())).toBe('pending');
    expect(reviewState(item([vote('equal')]))).toBe('done');
    expect(reviewState(item([vote('left'), vote('skipped')]))).toBe('skipped');
  });

  it('is left out where both chose the same text', () => {
    expect(reviewState(item([], [bestOfN, { ...bestOfN, strategy: 'greedy' }]))).toBe('same');
  });

  it('draws its sides by one bit', () => {
    const { answers } = item();
    expect(drawSides(answers, 4).left.strategy).toBe('best-of-n');
    expect(drawSides(answers, 7).left.strategy).toBe('speculative-rejection');
    expect(drawSides(answers, 7).right.strategy).toBe('best-of-n');
  });
});

describe('a vote, when it is revealed', () => {
  it('prefers whoever stood on that side', () => {
    expect(preferredStrategy(vote('left'))).toBe('best-of-n');
    expect(preferredStrategy(vote('left', 'speculative-rejection'))).toBe('speculative-rejection');
    expect(preferredStrategy(vote('right'))).toBe('speculative-rejection');
    expect(preferredStrategy(vote('both-bad'))).toBeNull();
  });

  it('says whether the scores agree, and whether the faster one was preferred', () => {
    expect(revealVote(vote('left'), item())).toEqual({
      preferred: 'best-of-n',
      rewardAgrees: true,
      preferredFaster: false,
    });
    expect(revealVote(vote('right'), item())).toEqual({
      preferred: 'speculative-rejection',
      rewardAgrees: false,
      preferredFaster: true,
    });
  });

  it('says nothing of either where neither was preferred or there is no difference', () => {
    const silent = { rewardAgrees: null, preferredFaster: null };
    expect(revealVote(vote('equal'), item())).toEqual({ preferred: null, ...silent });
    const alike = item([], [bestOfN, { ...bestOfN, strategy: 'speculative-rejection' }]);
    expect(revealVote(vote('left'), alike)).toEqual({ preferred: 'best-of-n', ...silent });
  });
});

describe('all votes together', () => {
  const pair = ['best-of-n', 'speculative-rejection'] as const;
  const items = (choices: VoteChoice[]) => choices.map((choice) => item([vote(choice)]));

  it('count the last vote of each run, without skips and without runs of other strategies', () => {
    const changed = item([vote('left'), vote('right')]);
    const other = item([vote('left')], [bestOfN, { ...rejection, strategy: 'greedy' }]);
    const all = [
      ...items(['left', 'right', 'equal', 'both-bad', 'skipped']),
      changed,
      other,
      item(),
    ];
    expect(tallyVotes(all, pair)).toEqual({
      votes: 5,
      equal: 1,
      bothBad: 1,
      preferredSecond: { count: 2, of: 3, interval: null },
      rewardAgreed: { count: 1, of: 3, interval: null },
      preferredFaster: { count: 2, of: 3, interval: null },
    });
  });

  it('give no share of fewer than five preferences, and always an interval', () => {
    const four = tallyVotes(items(['left', 'left', 'right', 'right', 'equal']), pair);
    expect(four.preferredSecond.interval).toBeNull();
    const { interval } = tallyVotes(
      items(['left', 'right', 'right', 'right', 'right']),
      pair,
    ).preferredSecond;
    expect(interval?.value).toBe(0.8);
    expect(interval?.low).toBeCloseTo(0.3755, 3);
    expect(interval?.high).toBeCloseTo(0.9638, 3);
  });
});

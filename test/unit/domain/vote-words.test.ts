import { describe, expect, it } from 'vitest';
import type { Vote } from '../../../src-main/contract/votes.ts';
import { revealWords, voteWords } from '../../../src-main/domain/vote-words.ts';

const vote: Vote = {
  id: 'vote',
  runId: 'run',
  votedAt: '2026-03-01T15:42:07.123Z',
  left: 'speculative-rejection',
  right: 'best-of-n',
  choice: 'left',
  reasons: [],
  comment: '',
  blind: true,
  votedBeforeEnd: false,
  repeatOf: null,
};

describe('votes in words', () => {
  it('name whoever stood on the side that was preferred', () => {
    expect(voteWords(vote)).toBe('You preferred Speculative Rejection');
    expect(voteWords({ ...vote, choice: 'right' })).toBe('You preferred Best-of-N');
    expect(voteWords({ ...vote, choice: 'equal' })).toBe('You found both about equal');
    expect(voteWords({ ...vote, choice: 'both-bad' })).toBe('You found both bad');
    expect(voteWords({ ...vote, choice: 'skipped' })).toBeNull();
    expect(voteWords(undefined)).toBeNull();
  });

  it('tell what a vote turned out to say, and nothing that it does not', () => {
    expect(
      revealWords({ preferred: 'best-of-n', rewardAgrees: true, preferredFaster: false }),
    ).toEqual([
      'You preferred Best-of-N.',
      'The model that judges agreed with you.',
      'You preferred the slower one.',
    ]);
    expect(
      revealWords({ preferred: 'best-of-n', rewardAgrees: false, preferredFaster: null }),
    ).toEqual([
      'You preferred Best-of-N.',
      'The model that judges gave the other answer the higher score.',
    ]);
    expect(revealWords({ preferred: null, rewardAgrees: null, preferredFaster: null })).toEqual([]);
  });
});

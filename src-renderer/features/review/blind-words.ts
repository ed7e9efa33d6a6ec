/** Votes in words while the names are hidden. */
import type { VoteChoice, VoteReason } from '../../../src-main/contract/votes.ts';

export const blindWords: Record<VoteChoice, string> = {
  left: 'Answer 1 is better',
  right: 'Answer 2 is better',
  equal: 'About equal',
  'both-bad': 'Both are bad',
  skipped: 'Skipped',
};

export const reasonWords: Record<VoteReason, string> = {
  correct: 'Correct',
  complete: 'Complete',
  clear: 'Clear',
  'right-length': 'Right length',
  'followed-instruction': 'Followed the instruction',
  'better-tone': 'Better tone',
};

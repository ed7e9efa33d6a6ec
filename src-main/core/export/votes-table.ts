/** votes.csv: one row per vote; a run can have several. */
import type { Vote } from '../../contract/votes.ts';
import { schemaVersion, type Column } from './table.ts';

/** A list in one cell. */
export const joinedReasons = (vote: Pick<Vote, 'reasons'> | null): string | null =>
  vote === null ? null : vote.reasons.join('; ');

export const voteColumns: readonly Column<Vote>[] = [
  ['run_id', ({ runId }) => runId],
  ['vote_id', ({ id }) => id],
  ['voted_at_utc', ({ votedAt }) => votedAt],
  ['left_method', ({ left }) => left],
  ['right_method', ({ right }) => right],
  ['choice', ({ choice }) => choice],
  ['reasons', joinedReasons],
  ['comment', ({ comment }) => comment],
  ['blind', ({ blind }) => blind],
  ['voted_before_end', ({ votedBeforeEnd }) => votedBeforeEnd],
  ['repeat_of', ({ repeatOf }) => repeatOf],
  ['schema_version', () => schemaVersion],
];

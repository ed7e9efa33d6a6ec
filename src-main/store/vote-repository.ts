/** Votes: saved, taken back, listed by run. */
import type { Database } from 'better-sqlite3';
import type { StrategyName } from '../contract/events.ts';
import type { Vote, VoteChoice, VoteReason } from '../contract/votes.ts';

export interface VoteRow {
  id: string;
  run_id: string;
  voted_at: string;
  left_strategy: StrategyName;
  right_strategy: StrategyName;
  choice: VoteChoice;
  reasons: string;
  comment: string;
  blind: number;
  voted_before_end: number;
  repeat_of: string | null;
}

export interface VoteRepository {
  add(vote: Vote): void;
  delete(id: string): void;
  /** The oldest first. */
  ofRun(runId: string): Vote[];
}

export const votesOfRunSql = 'SELECT * FROM vote WHERE run_id = ? ORDER BY number';

export function voteRepository(database: Database): VoteRepository {
  const insert = database.prepare(
    `INSERT INTO vote (id, run_id, voted_at, left_strategy, right_strategy, choice, reasons, comment, blind,
      voted_before_end, repeat_of) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const remove = database.prepare('DELETE FROM vote WHERE id = ?');
  const selectOfRun = database.prepare<[string], VoteRow>(votesOfRunSql);
  return {
    add(vote) {
      const { id, runId, votedAt, left, right, choice, reasons, comment, repeatOf } = vote;
      const flags = [Number(vote.blind), Number(vote.votedBeforeEnd)];
      const given = [left, right, choice, JSON.stringify(reasons), comment];
      insert.run(id, runId, votedAt, ...given, ...flags, repeatOf);
    },
    delete(id) {
      remove.run(id);
    },
    ofRun: (runId) => selectOfRun.all(runId).map(toVote),
  };
}

/** The row was written from a Vote by `add`. */
export function toVote(row: VoteRow): Vote {
  return {
    id: row.id,
    runId: row.run_id,
    votedAt: row.voted_at,
    left: row.left_strategy,
    right: row.right_strategy,
    choice: row.choice,
    reasons: JSON.parse(row.reasons) as VoteReason[],
    comment: row.comment,
    blind: row.blind === 1,
    votedBeforeEnd: row.voted_before_end === 1,
    repeatOf: row.repeat_of,
  };
}

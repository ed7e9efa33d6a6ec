/** The candidates of a lane as its events leave them: one row each, changed with every event that names it. */
import type { Database } from 'better-sqlite3';
import type { CandidateSummary } from '../domain/lane-summary.ts';

export interface CandidateRepository {
  /** Stores these candidates as they are now. Their ranks are stored only once the lane has ended. */
  write(lane: number, candidates: readonly CandidateSummary[], laneHasEnded: boolean): void;
}

const upsert = `INSERT INTO candidate VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (lane, candidate_index) DO UPDATE SET state = excluded.state, finish = excluded.finish,
    token_count = excluded.token_count, text = excluded.text, reward = excluded.reward,
    rejected_at = excluded.rejected_at, ended_at_ms = excluded.ended_at_ms, rank = excluded.rank,
    judge_reward = excluded.judge_reward`;

export function candidateRepository(database: Database): CandidateRepository {
  const write = database.prepare<unknown[]>(upsert);
  return {
    write(lane, candidates, laneHasEnded) {
      for (const candidate of candidates) {
        const { index, state, finish, tokens, text, reward, rejectedAt, endedAtMs } = candidate;
        const rank = laneHasEnded ? candidate.rank : null;
        const values = [state, finish, tokens.length, text, reward, rejectedAt, endedAtMs, rank];
        write.run(lane, index, ...values, candidate.judgeReward);
      }
    },
  };
}

/** The candidates of a lane as its events leave them: one row each, changed with every event. */
import type { Database } from 'better-sqlite3';
import type { CandidateState, LaneEvent } from '../contract/events.ts';
import type { CandidateRecord } from '../contract/run.ts';

interface CandidateRow {
  candidate_index: number;
  state: CandidateState;
  finish: CandidateRecord['finish'];
  text: string;
  reward_final: number | null;
  reward_partial: number | null;
  rejected_at: number | null;
  ended_at_ms: number | null;
}

export interface CandidateRepository {
  /** Makes rows for the candidates 0 to count - 1, none of them started. */
  plan(lane: number, count: number): void;
  textOf(lane: number, index: number): string;
  apply(lane: number, event: LaneEvent): void;
  /** All candidates of the lane in the order of their index; `events` are the lane's, for the tokens. */
  candidatesOf(lane: number, events: readonly LaneEvent[]): CandidateRecord[];
}

/**
 * A candidate that has started and not ended is `interrupted`: what it truly is if the process dies now. Everything that
 * reads a live lane asks the lane's status first.
 */
const statements = {
  start: `INSERT INTO candidate (lane, candidate_index, state) VALUES (?, ?, 'interrupted')
    ON CONFLICT (lane, candidate_index) DO UPDATE SET state = 'interrupted', finish = NULL, token_count = 0, text = '',
      reward_final = NULL, reward_partial = NULL, rejected_at = NULL, ended_at_ms = NULL`,
  plan: `INSERT INTO candidate (lane, candidate_index, state) VALUES (?, ?, 'not-started')`,
  write: `UPDATE candidate SET text = ?, token_count = token_count + ? WHERE lane = ? AND candidate_index = ?`,
  end: `UPDATE candidate SET state = ?, finish = ?, ended_at_ms = ? WHERE lane = ? AND candidate_index = ?`,
  reject: `UPDATE candidate SET state = 'rejected', finish = 'rejected', rejected_at = ?, ended_at_ms = ?
    WHERE lane = ? AND candidate_index = ?`,
  scoreWhole: `UPDATE candidate SET reward_final = ? WHERE lane = ? AND candidate_index = ?`,
  scorePart: `UPDATE candidate SET reward_partial = ? WHERE lane = ? AND candidate_index = ?`,
  choose: `UPDATE candidate SET state = 'chosen' WHERE lane = ? AND candidate_index = ?`,
};

export function candidateRepository(database: Database): CandidateRepository {
  const prepare = (sql: string) => database.prepare<unknown[]>(sql);
  const start = prepare(statements.start);
  const plan = prepare(statements.plan);
  const write = prepare(statements.write);
  const end = prepare(statements.end);
  const reject = prepare(statements.reject);
  const scoreWhole = prepare(statements.scoreWhole);
  const scorePart = prepare(statements.scorePart);
  const choose = prepare(statements.choose);
  const selectText = database
    .prepare<[number, number], string>(
      'SELECT text FROM candidate WHERE lane = ? AND candidate_index = ?',
    )
    .pluck();
  const selectAll = database.prepare<[number], CandidateRow>(
    'SELECT * FROM candidate WHERE lane = ? ORDER BY candidate_index',
  );

  return {
    plan(lane, count) {
      for (let index = 0; index < count; index += 1) plan.run(lane, index);
    },

    textOf: (lane, index) => selectText.get(lane, index) ?? '',

    apply(lane, event) {
      if (event.type === 'started') {
        for (const index of event.candidates) start.run(lane, index);
      } else if (event.type === 'advanced') {
        for (const { index, tokens, text, finish } of event.candidates) {
          write.run(text, tokens.length, lane, index);
          if (finish !== null) end.run('finished', finish, event.at, lane, index);
        }
      } else if (event.type === 'scored' && event.kind !== 'observed') {
        const score = event.kind === 'final' ? scoreWhole : scorePart;
        for (const { index, reward } of event.scores) score.run(reward, lane, index);
      } else if (event.type === 'round') {
        for (const index of event.rejected) reject.run(event.position, event.at, lane, index);
      } else if (event.type === 'chosen') {
        choose.run(lane, event.index);
      }
    },

    candidatesOf(lane, events) {
      const tokens = tokensByCandidate(events);
      return selectAll.all(lane).map((row) => ({
        index: row.candidate_index,
        state: row.state,
        finish: row.finish,
        tokens: tokens.get(row.candidate_index) ?? [],
        text: row.text,
        reward: row.state === 'rejected' ? row.reward_partial : row.reward_final,
        rejectedAt: row.rejected_at,
        endedAtMs: row.ended_at_ms,
      }));
    },
  };
}

function tokensByCandidate(events: readonly LaneEvent[]): Map<number, number[]> {
  const tokens = new Map<number, number[]>();
  for (const event of events) {
    if (event.type === 'started') event.candidates.forEach((index) => tokens.set(index, []));
    if (event.type !== 'advanced') continue;
    for (const piece of event.candidates) tokens.get(piece.index)?.push(...piece.tokens);
  }
  return tokens;
}

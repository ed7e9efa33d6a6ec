/** Lanes: begun, grown event by event, ended. */
import type { Database } from 'better-sqlite3';
import { WinnowError } from '../contract/errors.ts';
import type { LaneEvent, RunStatus, StrategyName } from '../contract/events.ts';
import type { LaneDetails, LaneRecord } from '../contract/run.ts';
import { candidateRepository } from './candidate-repository.ts';
import { eventRepository } from './event-repository.ts';
import { laneSums } from './lane-sums.ts';

export interface NewLane {
  runId: string;
  strategy: StrategyName;
  /** 0 for the lane that runs first. */
  order: number;
  /** How many candidates it is to start; those that it never starts stay `not-started`. */
  candidates: number;
}

export interface LaneRow {
  number: number;
  id: string;
  run_id: string;
  strategy: StrategyName;
  lane_order: number;
  status: RunStatus;
  candidates: number;
  chosen_index: number | null;
  chosen_reward: number | null;
  tokens_generated: number;
  tokens_scored: number;
  wall_ms: number;
  time_prompt_ms: number;
  time_write_ms: number;
  time_score_ms: number;
  time_wait_ms: number;
  time_first_token_ms: number | null;
  peak_cache_bytes: number;
}

export interface LaneRepository {
  begin(lane: NewLane): string;
  append(laneId: string, events: readonly LaneEvent[]): void;
  end(laneId: string, status: RunStatus): void;
  /** Ends the lanes of a run that are still running. */
  endAll(runId: string, status: RunStatus): void;
  eventsOf(laneId: string): LaneEvent[];
  recordsOf(runId: string): LaneRecord[];
  detailsOf(runId: string): LaneDetails[];
  /** A lane's record from its row; the sums of a lane that is still running are made from its events. */
  toRecord: (row: LaneRow) => LaneRecord;
}

const updateSums = `UPDATE lane SET status = ?, tokens_generated = ?, tokens_scored = ?, wall_ms = ?, time_prompt_ms = ?,
  time_write_ms = ?, time_score_ms = ?, time_wait_ms = ?, time_first_token_ms = ?, peak_cache_bytes = ? WHERE number = ?`;

export function laneRepository(database: Database): LaneRepository {
  const events = eventRepository(database);
  const candidates = candidateRepository(database);
  const insert = database.prepare(
    `INSERT INTO lane (id, run_id, strategy, lane_order, status, candidates) VALUES (?, ?, ?, ?, 'running', ?)`,
  );
  const selectNumber = database
    .prepare<[string], number>('SELECT number FROM lane WHERE id = ?')
    .pluck();
  const selectLanes = database.prepare<[string], LaneRow>(
    'SELECT * FROM lane WHERE run_id = ? ORDER BY lane_order',
  );
  const choose = database.prepare(
    'UPDATE lane SET chosen_index = ?, chosen_reward = ? WHERE number = ?',
  );
  const end = database.prepare<unknown[]>(updateSums);

  function numberOf(laneId: string): number {
    const number = selectNumber.get(laneId);
    if (number !== undefined) return number;
    throw new WinnowError('run-not-found', 'This run is no longer stored.', 'Start it again.', {
      laneId,
    });
  }

  function endLane(number: number, status: RunStatus): void {
    const sums = laneSums(events.eventsOf(number));
    const { prompt, write, score, wait } = sums.timeMs;
    end.run(
      ...[status, sums.tokensGenerated, sums.tokensScored, sums.wallMs, prompt, write, score, wait],
      ...[sums.timeFirstTokenMs, sums.peakCacheBytes, number],
    );
  }

  const toRecord = (row: LaneRow): LaneRecord => {
    const record = recordOf(row);
    return row.status === 'running'
      ? { ...record, ...laneSums(events.eventsOf(row.number)) }
      : record;
  };

  return {
    begin({ runId, strategy, order, candidates: count }) {
      const id = `${runId}-${order}`;
      const { lastInsertRowid } = insert.run(id, runId, strategy, order, count);
      candidates.plan(Number(lastInsertRowid), count);
      return id;
    },

    append(laneId, added) {
      const lane = numberOf(laneId);
      for (const event of added) {
        events.append(lane, event, (index) => candidates.textOf(lane, index));
        candidates.apply(lane, event);
        if (event.type === 'chosen') choose.run(event.index, event.reward, lane);
      }
    },

    end: (laneId, status) => endLane(numberOf(laneId), status),

    endAll(runId, status) {
      for (const row of selectLanes.all(runId)) {
        if (row.status === 'running') endLane(row.number, status);
      }
    },

    eventsOf: (laneId) => events.eventsOf(numberOf(laneId)),
    recordsOf: (runId) => selectLanes.all(runId).map(toRecord),

    detailsOf: (runId) =>
      selectLanes.all(runId).map((row) => {
        const laneEvents = events.eventsOf(row.number);
        const sums = row.status === 'running' ? laneSums(laneEvents) : {};
        return {
          ...recordOf(row),
          ...sums,
          candidates: candidates.candidatesOf(row.number, laneEvents),
          events: laneEvents,
        };
      }),

    toRecord,
  };
}

function recordOf(row: LaneRow): LaneRecord {
  const { chosen_index: index, chosen_reward: reward } = row;
  return {
    id: row.id,
    runId: row.run_id,
    strategy: row.strategy,
    order: row.lane_order,
    status: row.status,
    chosen: index === null || reward === null ? null : { index, reward },
    tokensGenerated: row.tokens_generated,
    tokensScored: row.tokens_scored,
    wallMs: row.wall_ms,
    timeMs: {
      prompt: row.time_prompt_ms,
      write: row.time_write_ms,
      score: row.time_score_ms,
      wait: row.time_wait_ms,
    },
    timeFirstTokenMs: row.time_first_token_ms,
    peakCacheBytes: row.peak_cache_bytes,
  };
}

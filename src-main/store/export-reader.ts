/** Reads whole histories row by row, for exports, over a connection of its own. */
import type { Database } from 'better-sqlite3';
import type { CandidateState } from '../contract/events.ts';
import type { CandidateRecord, LaneRecord, RunRecord } from '../contract/run.ts';
import { connect } from './connection.ts';
import { storeError } from './errors.ts';
import { toLane, type LaneRow } from './lane-repository.ts';
import { toRun, type RunRow } from './run-repository.ts';

/** A lane with its run, and what its candidates add up to. */
export interface StoredLane {
  run: RunRecord;
  lane: LaneRecord;
  /** How many candidates were planned. */
  candidates: number;
  rounds: number;
  finished: number;
  rejected: number;
  chosenText: string | null;
  /** Final rewards of the finished candidates, without those that could not be scored. */
  rewards: number[];
}

export interface StoredCandidate {
  runId: string;
  laneId: string;
  laneStatus: LaneRecord['status'];
  index: number;
  state: CandidateState;
  finish: CandidateRecord['finish'];
  tokens: number;
  text: string;
  /** The final reward, or the one at which it was stopped early. */
  reward: number | null;
  rejectedAt: number | null;
  endedAtMs: number | null;
  rank: number | null;
}

/** One score of one unfinished text. */
export interface StoredCheckpoint {
  runId: string;
  laneId: string;
  index: number;
  position: number;
  atMs: number;
  reward: number | null;
  observed: boolean;
  /** Live rows and cache bytes when it was made; null for observed ones, which are made off the clock. */
  live: number | null;
  cacheBytes: number | null;
}

export interface StoreReader {
  /** The oldest run first, its lanes in their order; with a run's id that run alone. */
  lanes(run?: string): Iterable<StoredLane>;
  candidates(run?: string): Iterable<StoredCandidate>;
  checkpoints(run?: string): Iterable<StoredCheckpoint>;
  close(): void;
}

/** A reader of the database as it is at this moment. Throws as openStore does. */
export async function openReader(path: string): Promise<StoreReader> {
  try {
    const database = await connect(path, { readonly: true });
    // Holds one state of the database until it is closed: what is written meanwhile is not seen.
    database.exec('BEGIN');
    database.prepare('SELECT 1 FROM run LIMIT 1').get();
    return createReader(database);
  } catch (error) {
    throw storeError(error, path);
  }
}

/** One run by its id, or null: all of them. */
interface Which {
  run: string | null;
}

function createReader(database: Database): StoreReader {
  return {
    lanes: (run) => readSafely(database.name, () => readLanes(database, { run: run ?? null })),
    candidates: (run) =>
      readSafely(database.name, () =>
        database.prepare<Which, StoredCandidate>(candidatesSql).iterate({ run: run ?? null }),
      ),
    checkpoints: (run) =>
      readSafely(database.name, () => readCheckpoints(database, { run: run ?? null })),
    close: () => void database.close(),
  };
}

/** The rows that `read` gives; what SQLite throws on the way becomes an error that a person can act on. */
function* readSafely<Row>(path: string, read: () => Iterable<Row>): Iterable<Row> {
  try {
    yield* read();
  } catch (error) {
    throw storeError(error, path);
  }
}

export const lanesSql = `
  SELECT lane.*,
    (SELECT count(*) FROM event WHERE lane = lane.number AND type = 'round') AS rounds,
    (SELECT count(*) FROM candidate WHERE lane = lane.number AND state IN ('finished', 'chosen')) AS finished,
    (SELECT count(*) FROM candidate WHERE lane = lane.number AND state = 'rejected') AS rejected,
    (SELECT text FROM candidate WHERE lane = lane.number AND candidate_index = chosen_index) AS chosen_text
  FROM lane WHERE @run IS NULL OR run_id = @run ORDER BY run_id, lane_order`;

interface ExportedLaneRow extends LaneRow {
  rounds: number;
  finished: number;
  rejected: number;
  chosen_text: string | null;
}

const rewardsSql = `
  SELECT reward FROM candidate
  WHERE lane = ? AND state IN ('finished', 'chosen') AND reward IS NOT NULL ORDER BY candidate_index`;

function* readLanes(database: Database, which: Which): Iterable<StoredLane> {
  const selectRun = database.prepare<[string], RunRow>('SELECT * FROM run WHERE id = ?');
  const selectRewards = database.prepare<[number], number>(rewardsSql).pluck();
  for (const row of database.prepare<Which, ExportedLaneRow>(lanesSql).iterate(which)) {
    const run = selectRun.get(row.run_id);
    // Foreign keys keep every lane's run.
    if (run === undefined) continue;
    yield {
      run: toRun(run),
      lane: toLane(row),
      candidates: row.candidates,
      rounds: row.rounds,
      finished: row.finished,
      rejected: row.rejected,
      chosenText: row.chosen_text,
      rewards: selectRewards.all(row.number),
    };
  }
}

/** CROSS JOIN is SQLite's word for this very order of loops: rows come out in order, and none has to be sorted. */
export const candidatesSql = `
  SELECT lane.run_id AS runId, lane.id AS laneId, lane.status AS laneStatus, candidate_index AS "index", state, finish,
    token_count AS tokens, text, reward, rejected_at AS rejectedAt, ended_at_ms AS endedAtMs, rank
  FROM lane CROSS JOIN candidate ON candidate.lane = lane.number
  WHERE @run IS NULL OR lane.run_id = @run
  ORDER BY lane.run_id, lane_order, candidate_index`;

/** The row count and cache of a check are those of the last 'advanced' event before it. */
export const checkpointsSql = `
  SELECT lane.run_id AS runId, lane.id AS laneId, checkpoint.candidate_index AS "index",
    event.details ->> '$.position' AS position, event.at_ms AS atMs, checkpoint.reward,
    event.details ->> '$.kind' = 'observed' AS observed,
    (SELECT before.details FROM event AS before
     WHERE before.lane = event.lane AND before.sequence < event.sequence AND before.type = 'advanced'
     ORDER BY before.sequence DESC LIMIT 1) AS before
  FROM lane CROSS JOIN event ON event.lane = lane.number
  CROSS JOIN checkpoint ON checkpoint.lane = event.lane AND checkpoint.sequence = event.sequence
  WHERE event.type = 'scored' AND event.details ->> '$.kind' <> 'final' AND (@run IS NULL OR lane.run_id = @run)
  ORDER BY lane.run_id, lane_order, event.sequence, checkpoint.ordinal`;

type CheckpointRow = Omit<StoredCheckpoint, 'live' | 'cacheBytes' | 'observed'> & {
  observed: number;
  before: string | null;
};

function* readCheckpoints(database: Database, which: Which): Iterable<StoredCheckpoint> {
  for (const row of database.prepare<Which, CheckpointRow>(checkpointsSql).iterate(which)) {
    const { before, ...fields } = row;
    const observed = row.observed === 1;
    const atThatTime =
      before === null || observed
        ? { live: null, cacheBytes: null }
        : (JSON.parse(before) as { live: number; cacheBytes: number });
    const { live, cacheBytes } = atThatTime;
    yield { ...fields, observed, live, cacheBytes };
  }
}

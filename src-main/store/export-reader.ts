/** Reads whole histories row by row, for exports, over a connection of its own. */
import type { Database } from 'better-sqlite3';
import type { CandidateState, StrategyName } from '../contract/events.ts';
import type { ExportKind, ExportScope } from '../contract/exports.ts';
import type { CandidateRecord, LaneRecord, RunRecord } from '../contract/run.ts';
import type { Vote } from '../contract/votes.ts';
import { connect } from './connection.ts';
import { storeError } from './errors.ts';
import * as sql from './export-sql.ts';
import { listedLanesSql, toLane, type ListedLaneRow } from './lane-repository.ts';
import { toRun, type RunRow } from './run-repository.ts';
import { scopeValues } from './scope.ts';
import { toVote, type VoteRow } from './vote-repository.ts';

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
  /** What the second opinion says of the chosen answer. */
  chosenJudgeReward: number | null;
  /** Final rewards of the finished candidates, without those that could not be scored. */
  rewards: number[];
  /** The run's latest vote that was not skipped. */
  vote: Vote | null;
}

/** A run with what came of each lane. */
export interface StoredComparison {
  run: RunRecord;
  lanes: Pick<StoredLane, 'lane' | 'candidates' | 'chosenText' | 'chosenJudgeReward'>[];
  /** The run's latest vote that was not skipped. */
  vote: Vote | null;
}

export interface StoredCandidate {
  runId: string;
  laneId: string;
  strategy: StrategyName;
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
  judgeReward: number | null;
}

/** One score of one unfinished text. */
export interface StoredCheckpoint {
  runId: string;
  laneId: string;
  strategy: StrategyName;
  index: number;
  position: number;
  atMs: number;
  reward: number | null;
  observed: boolean;
  /** Live rows and cache bytes when it was made; null for observed ones, which are made off the clock. */
  live: number | null;
  cacheBytes: number | null;
}

/** Rows of the runs that a scope names, the oldest run first, its lanes in their order. */
export interface StoreReader {
  lanes(scope: ExportScope): Iterable<StoredLane>;
  candidates(scope: ExportScope): Iterable<StoredCandidate>;
  checkpoints(scope: ExportScope): Iterable<StoredCheckpoint>;
  votes(scope: ExportScope): Iterable<Vote>;
  comparisons(scope: ExportScope): Iterable<StoredComparison>;
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

function createReader(database: Database): StoreReader {
  const reading =
    <Row>(read: (database: Database, scope: ExportScope) => Iterable<Row>) =>
    (scope: ExportScope) =>
      readSafely(database.name, () => read(database, scope));
  return {
    lanes: reading(readLanes),
    candidates: reading((_, scope) => rowsOf<StoredCandidate>(database, sql.candidatesSql, scope)),
    checkpoints: reading(readCheckpoints),
    votes: reading(readVotes),
    comparisons: reading(readComparisons),
    close: () => void database.close(),
  };
}

/** How many rows each export of these runs has. */
export function countRows(database: Database, scope: ExportScope): Record<ExportKind, number> {
  const values = scopeValues(scope);
  const count = (kind: ExportKind) =>
    database.prepare<[object], number>(sql.countSql[kind](scope.kind)).pluck().get(values) ?? 0;
  return {
    runs: count('runs'),
    candidates: count('candidates'),
    checkpoints: count('checkpoints'),
    votes: count('votes'),
    comparisons: count('comparisons'),
  };
}

/** The rows of a query over a scope, one by one. */
const rowsOf = <Row>(
  database: Database,
  query: (kind: ExportScope['kind']) => string,
  scope: ExportScope,
): Iterable<Row> => database.prepare<[object], Row>(query(scope.kind)).iterate(scopeValues(scope));

/** The rows that `read` gives; what SQLite throws on the way becomes an error that a person can act on. */
function* readSafely<Row>(path: string, read: () => Iterable<Row>): Iterable<Row> {
  try {
    yield* read();
  } catch (error) {
    throw storeError(error, path);
  }
}

interface ExportedLaneRow extends ListedLaneRow {
  rounds: number;
  finished: number;
  rejected: number;
}

function* readLanes(database: Database, scope: ExportScope): Iterable<StoredLane> {
  const selectRun = database.prepare<[string], RunRow>('SELECT * FROM run WHERE id = ?');
  const selectRewards = database.prepare<[number], number>(sql.rewardsSql).pluck();
  const voteOf = latestVotes(database);
  for (const row of rowsOf<ExportedLaneRow>(database, sql.lanesSql, scope)) {
    const run = selectRun.get(row.run_id);
    // Foreign keys keep every lane's run.
    if (run === undefined) continue;
    const { rounds, finished, rejected } = row;
    const rewards = selectRewards.all(row.number);
    yield {
      run: toRun(run),
      ...toSums(row),
      rounds,
      finished,
      rejected,
      rewards,
      vote: voteOf(row.run_id),
    };
  }
}

const toSums = (row: ListedLaneRow) => ({
  lane: toLane(row),
  candidates: row.candidates,
  chosenText: row.chosen_text,
  chosenJudgeReward: row.chosen_judge_reward,
});

function latestVotes(database: Database): (runId: string) => Vote | null {
  const select = database.prepare<[string], VoteRow>(sql.latestVoteSql);
  return (runId) => {
    const row = select.get(runId);
    return row === undefined ? null : toVote(row);
  };
}

function* readComparisons(database: Database, scope: ExportScope): Iterable<StoredComparison> {
  const selectLanes = database.prepare<[string], ListedLaneRow>(listedLanesSql);
  const voteOf = latestVotes(database);
  for (const row of rowsOf<RunRow>(database, sql.runsSql, scope)) {
    yield { run: toRun(row), lanes: selectLanes.all(row.id).map(toSums), vote: voteOf(row.id) };
  }
}

function* readVotes(database: Database, scope: ExportScope): Iterable<Vote> {
  for (const row of rowsOf<VoteRow>(database, sql.votesSql, scope)) yield toVote(row);
}

type CheckpointRow = Omit<StoredCheckpoint, 'live' | 'cacheBytes' | 'observed'> & {
  observed: number;
  before: string | null;
};

function* readCheckpoints(database: Database, scope: ExportScope): Iterable<StoredCheckpoint> {
  for (const row of rowsOf<CheckpointRow>(database, sql.checkpointsSql, scope)) {
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

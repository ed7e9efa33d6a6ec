/**
 * Lanes: begun, grown event by event, ended. What their events add up to comes from the one fold of the domain
 * (lane-summary.ts); a lane that this process writes keeps its fold in memory, so that an event costs only itself.
 */
import type { Database } from 'better-sqlite3';
import { WinnowError } from '../contract/errors.ts';
import type { LaneEvent, RunStatus, StrategyName } from '../contract/events.ts';
import type { RunListing } from '../contract/methods.ts';
import type { RecordedLane } from '../contract/recording.ts';
import type { CandidateRecord, LaneDetails, LaneRecord } from '../contract/run.ts';
import { createLaneFold, summariseLane, type LaneFold } from '../domain/lane-summary.ts';
import type { CandidateSummary, LaneSummary } from '../domain/lane-summary.ts';
import { candidateRepository } from './candidate-repository.ts';
import { eventRepository } from './event-repository.ts';

export interface NewLane {
  runId: string;
  strategy: StrategyName;
  /** 0 for the lane that runs first. */
  order: number;
  /** How many candidates it was asked for; those that it never starts stay `not-started`. */
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
  tokens_thrown_away: number;
  tokens_scored: number;
  wall_ms: number;
  time_prompt_ms: number;
  time_write_ms: number;
  time_score_ms: number;
  time_wait_ms: number;
  time_first_token_ms: number | null;
  peak_cache_bytes: number;
}

/** A lane with its answer, as the history shows it. */
export type ListedLane = RunListing['lanes'][number];

/** To be read with a lane's row; SQLite looks it up by its key. */
export const chosenTextSql =
  '(SELECT text FROM candidate WHERE lane = lane.number AND candidate_index = lane.chosen_index)';

export const chosenJudgeRewardSql =
  '(SELECT judge_reward FROM candidate WHERE lane = lane.number AND candidate_index = lane.chosen_index)';

export const listedLanesSql = `
  SELECT lane.*, ${chosenTextSql} AS chosen_text, ${chosenJudgeRewardSql} AS chosen_judge_reward
  FROM lane WHERE run_id = ? ORDER BY lane_order`;

export interface ListedLaneRow extends LaneRow {
  chosen_text: string | null;
  chosen_judge_reward: number | null;
}

export interface LaneRepository {
  begin(lane: NewLane): string;
  append(laneId: string, events: readonly LaneEvent[]): void;
  end(laneId: string, status: RunStatus): void;
  /** Ends the lanes of a run that are still running. */
  endAll(runId: string, status: RunStatus): void;
  /** Forgets what is kept in memory: to be called when a transaction was undone. */
  forget(): void;
  eventsOf(laneId: string): LaneEvent[];
  listedOf(runId: string): ListedLane[];
  recordingsOf(runId: string): RecordedLane[];
  detailsOf(runId: string): LaneDetails[];
}

const updateSql = `UPDATE lane SET status = ?, chosen_index = ?, chosen_reward = ?, tokens_generated = ?,
  tokens_thrown_away = ?, tokens_scored = ?, wall_ms = ?, time_prompt_ms = ?, time_write_ms = ?, time_score_ms = ?,
  time_wait_ms = ?, time_first_token_ms = ?, peak_cache_bytes = ? WHERE number = ?`;

export function laneRepository(database: Database): LaneRepository {
  const events = eventRepository(database);
  const candidates = candidateRepository(database);
  const folds = new Map<number, LaneFold>();
  const insert = database.prepare(
    `INSERT INTO lane (id, run_id, strategy, lane_order, status, candidates) VALUES (?, ?, ?, ?, 'running', ?)`,
  );
  const update = database.prepare<unknown[]>(updateSql);
  const select = database.prepare<[string], LaneRow>('SELECT * FROM lane WHERE id = ?');
  const selectOfRun = database.prepare<[string], LaneRow>(
    'SELECT * FROM lane WHERE run_id = ? ORDER BY lane_order',
  );
  const selectListed = database.prepare<[string], ListedLaneRow>(listedLanesSql);

  function rowOf(laneId: string): LaneRow {
    const row = select.get(laneId);
    if (row !== undefined) return row;
    throw new WinnowError('run-not-found', 'This run is no longer stored.', 'Start it again.', {
      laneId,
    });
  }

  function foldOf(row: LaneRow): LaneFold {
    const fold = folds.get(row.number) ?? foldAgain(row.candidates, events.eventsOf(row.number));
    folds.set(row.number, fold);
    return fold;
  }

  function writeSums(number: number, status: RunStatus, summary: LaneSummary): void {
    const { chosen, timeMs } = summary;
    update.run(
      ...[status, chosen?.index ?? null, chosen?.reward ?? null],
      ...[summary.tokensGenerated, summary.tokensThrownAway, summary.tokensScored, summary.wallMs],
      ...[timeMs.prompt, timeMs.write, timeMs.score, timeMs.wait],
      ...[summary.timeFirstTokenMs, summary.peakCacheBytes, number],
    );
  }

  function end(row: LaneRow, status: RunStatus): void {
    const summary = foldOf(row).summary();
    folds.delete(row.number);
    candidates.write(row.number, summary.candidates, true);
    writeSums(row.number, status, summary);
  }

  return {
    begin({ runId, strategy, order, candidates: planned }) {
      const id = `${runId}-${order}`;
      const number = Number(insert.run(id, runId, strategy, order, planned).lastInsertRowid);
      const fold = createLaneFold(planned);
      folds.set(number, fold);
      candidates.write(number, fold.summary().candidates, false);
      return id;
    },

    append(laneId, added) {
      const row = rowOf(laneId);
      const fold = foldOf(row);
      const before = byIndex(fold.summary());
      const texts = new Map<number, string>();
      const textBefore = (index: number) => texts.get(index) ?? before.get(index)?.text ?? '';
      for (const event of added) {
        events.append(row.number, event, textBefore);
        rememberTexts(texts, event);
        fold.add(event);
      }
      const summary = fold.summary();
      const touched = new Set(added.flatMap(candidatesIn));
      const changed = summary.candidates.filter(({ index }) => touched.has(index));
      candidates.write(row.number, changed, false);
      writeSums(row.number, row.status, summary);
    },

    end: (laneId, status) => end(rowOf(laneId), status),

    endAll(runId, status) {
      for (const row of selectOfRun.all(runId)) if (row.status === 'running') end(row, status);
    },

    forget: () => folds.clear(),
    eventsOf: (laneId) => events.eventsOf(rowOf(laneId).number),
    listedOf: (runId) => selectListed.all(runId).map(toListedLane),

    recordingsOf: (runId) =>
      selectOfRun.all(runId).map((row) => ({
        ...toLane(row),
        candidates: row.candidates,
        events: events.compactEventsOf(row.number),
      })),

    detailsOf: (runId) =>
      selectOfRun.all(runId).map((row) => {
        const laneEvents = events.eventsOf(row.number);
        const { candidates: summaries } = summariseLane(laneEvents, row.candidates);
        return { ...toLane(row), candidates: summaries.map(toCandidate), events: laneEvents };
      }),
  };
}

function foldAgain(planned: number, events: readonly LaneEvent[]): LaneFold {
  const fold = createLaneFold(planned);
  for (const event of events) fold.add(event);
  return fold;
}

const byIndex = ({ candidates }: LaneSummary): Map<number, CandidateSummary> =>
  new Map(candidates.map((candidate) => [candidate.index, candidate]));

function rememberTexts(texts: Map<number, string>, event: LaneEvent): void {
  if (event.type === 'started') for (const index of event.candidates) texts.set(index, '');
  if (event.type === 'advanced') {
    for (const { index, text } of event.candidates) texts.set(index, text);
  }
}

/** The candidates that an event changes. */
function candidatesIn(event: LaneEvent): number[] {
  switch (event.type) {
    case 'started':
      return event.candidates;
    case 'advanced':
      return event.candidates.map(({ index }) => index);
    case 'scored':
    case 'judged':
      return event.scores.map(({ index }) => index);
    case 'round':
      return event.rejected;
    case 'chosen':
      return [event.index];
    case 'prompt-read':
    case 'notice':
      return [];
  }
}

function toCandidate(summary: CandidateSummary): CandidateRecord {
  const { index, state, finish, tokens, text, reward, judgeReward, rejectedAt, endedAtMs } =
    summary;
  return { index, state, finish, tokens, text, reward, judgeReward, rejectedAt, endedAtMs };
}

const toListedLane = (row: ListedLaneRow): ListedLane => ({
  ...toLane(row),
  chosenText: row.chosen_text,
});

export function toLane(row: LaneRow): LaneRecord {
  const { chosen_index: index, chosen_reward: reward } = row;
  return {
    id: row.id,
    runId: row.run_id,
    strategy: row.strategy,
    order: row.lane_order,
    status: row.status,
    chosen: index === null || reward === null ? null : { index, reward },
    tokensGenerated: row.tokens_generated,
    tokensThrownAway: row.tokens_thrown_away,
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

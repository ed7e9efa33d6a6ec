/** Runs: made, ended, listed, found, hidden, restored, deleted. A hidden run is found by nothing but `restore`. */
import type { Database } from 'better-sqlite3';
import type { ErrorCode } from '../contract/errors.ts';
import type { RunStatus } from '../contract/events.ts';
import type { ExportScope } from '../contract/exports.ts';
import type { RunRecord } from '../contract/run.ts';
import { laterSettings } from '../contract/settings.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { runsWithin, scopeValues } from './scope.ts';

export interface RunRow {
  id: string;
  status: RunStatus;
  prompt: string;
  settings: string;
  generator: string;
  reward: string;
  budget_bytes: number;
  started_at: string;
  ended_at: string | null;
  app_version: string;
  cpu: string;
  error_code: ErrorCode | null;
  error_message: string | null;
  owner_pid: number;
  owner_started: string | null;
  deleted_at: string | null;
  judge: string | null;
}

/** How a run ended. */
export interface RunEnd {
  status: RunStatus;
  /** RFC 3339, UTC; null where nobody saw it end. */
  endedAt: string | null;
  error: RunRecord['error'];
}

export interface ListOptions {
  limit: number;
  /** Only runs that began before the run of this id. */
  before?: string;
  /** Only runs whose prompt holds this text, in capital or small letters. */
  search?: string;
}

export interface RunRepository {
  create(run: RunRecord, owner: ProcessIdentity): void;
  end(id: string, end: RunEnd): void;
  get(id: string): RunRecord | undefined;
  /** The newest first. */
  list(options: ListOptions): RunRecord[];
  /** At most `limit` runs whose id begins with the prefix. */
  withPrefix(prefix: string, limit: number): RunRecord[];
  running(): { id: string; owner: ProcessIdentity }[];
  /** How many runs there are, or how many a search finds. */
  count(search?: string): number;
  hide(id: string, deletedAt: string): void;
  /** Shows a hidden run again; false where no run has this id. */
  restore(id: string): boolean;
  /** Whether a run was hidden at that time or before. */
  hasHidden(until: string): boolean;
  /** Deletes the runs that were hidden at that time or before, for good. */
  deleteHidden(until: string): void;
}

export const listSql = (kind: ExportScope['kind'], hasBefore: boolean) => {
  const before = hasBefore ? ' AND id < @before' : '';
  return `SELECT * FROM run WHERE ${runsWithin(kind)}${before} ORDER BY id DESC LIMIT @limit`;
};

const scopeOf = (search: string | undefined): ExportScope =>
  search === undefined ? { kind: 'all' } : { kind: 'search', search };

/** The text after all that begin with this prefix, in SQLite's order of texts. */
const endOfPrefix = (prefix: string) => `${prefix}\u{10ffff}`;

export function runRepository(database: Database): RunRepository {
  const insert = database.prepare(
    `INSERT INTO run VALUES (@id, @status, @prompt, @settings, @generator, @reward, @budgetBytes, @startedAt, @endedAt,
      @appVersion, @cpu, @errorCode, @errorMessage, @ownerPid, @ownerStarted, NULL, @judge)`,
  );
  const update = database.prepare(
    'UPDATE run SET status = ?, ended_at = ?, error_code = ?, error_message = ? WHERE id = ?',
  );
  const select = database.prepare<[string], RunRow>(
    'SELECT * FROM run WHERE id = ? AND deleted_at IS NULL',
  );
  const selectPrefix = database.prepare<[string, string, number], RunRow>(
    'SELECT * FROM run WHERE deleted_at IS NULL AND id >= ? AND id < ? ORDER BY id DESC LIMIT ?',
  );
  const selectRunning = database.prepare<
    [],
    { id: string; owner_pid: number; owner_started: string | null }
  >(`SELECT id, owner_pid, owner_started FROM run WHERE status = 'running'`);
  const hide = database.prepare('UPDATE run SET deleted_at = ? WHERE id = ?');
  const show = database.prepare('UPDATE run SET deleted_at = NULL WHERE id = ?');
  const selectHidden = database.prepare('SELECT 1 FROM run WHERE deleted_at <= ? LIMIT 1');
  const deleteHidden = database.prepare('DELETE FROM run WHERE deleted_at <= ?');

  return {
    create(run, owner) {
      insert.run({
        ...run,
        settings: JSON.stringify(run.settings),
        generator: JSON.stringify(run.generator),
        reward: JSON.stringify(run.reward),
        judge: run.judge === null ? null : JSON.stringify(run.judge),
        error: null,
        errorCode: run.error?.code ?? null,
        errorMessage: run.error?.message ?? null,
        ownerPid: owner.pid,
        ownerStarted: owner.started,
      });
    },

    end(id, { status, endedAt, error }) {
      update.run(status, endedAt, error?.code ?? null, error?.message ?? null, id);
    },

    get(id) {
      const row = select.get(id);
      return row === undefined ? undefined : toRun(row);
    },

    list({ limit, before, search }) {
      const scope = scopeOf(search);
      const sql = listSql(scope.kind, before !== undefined);
      const values = { limit, before, ...scopeValues(scope) };
      return database.prepare<[object], RunRow>(sql).all(values).map(toRun);
    },

    withPrefix: (prefix, limit) => selectPrefix.all(prefix, endOfPrefix(prefix), limit).map(toRun),

    running: () =>
      selectRunning
        .all()
        .map((row) => ({ id: row.id, owner: { pid: row.owner_pid, started: row.owner_started } })),

    count(search) {
      const scope = scopeOf(search);
      const sql = `SELECT count(*) FROM run WHERE ${runsWithin(scope.kind)}`;
      return database.prepare<[object], number>(sql).pluck().get(scopeValues(scope)) ?? 0;
    },

    hide(id, deletedAt) {
      hide.run(deletedAt, id);
    },
    restore: (id) => show.run(id).changes > 0,
    hasHidden: (until) => selectHidden.get(until) !== undefined,
    deleteHidden(until) {
      deleteHidden.run(until);
    },
  };
}

/** The JSON columns were written from a RunRecord by `create`. */
export function toRun(row: RunRow): RunRecord {
  return {
    id: row.id,
    prompt: row.prompt,
    status: row.status,
    settings: { ...laterSettings, ...(JSON.parse(row.settings) as RunRecord['settings']) },
    startedAt: row.started_at,
    endedAt: row.ended_at,
    generator: JSON.parse(row.generator) as RunRecord['generator'],
    reward: JSON.parse(row.reward) as RunRecord['reward'],
    judge: row.judge === null ? null : (JSON.parse(row.judge) as RunRecord['judge']),
    budgetBytes: row.budget_bytes,
    appVersion: row.app_version,
    cpu: row.cpu,
    error:
      row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
  };
}

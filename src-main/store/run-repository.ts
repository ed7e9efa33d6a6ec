/** Runs: made, ended, listed, found, deleted. */
import type { Database } from 'better-sqlite3';
import type { ErrorCode } from '../contract/errors.ts';
import type { RunStatus } from '../contract/events.ts';
import type { RunRecord } from '../contract/run.ts';
import type { ProcessIdentity } from './process-identity.ts';

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
  /** Only runs whose prompt holds this text; ASCII letters match in both cases. */
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
  delete(id: string): void;
}

export const listSql = (options: { before: boolean; search: boolean }) => {
  const conditions = [
    options.before ? 'id < @before' : '',
    options.search ? `prompt LIKE @pattern ESCAPE '\\'` : '',
  ].filter((condition) => condition !== '');
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  return `SELECT * FROM run ${where} ORDER BY id DESC LIMIT @limit`;
};

/** SQLite refuses longer patterns than 50,000 bytes. */
const longestSearch = 10_000;
const likePattern = (search: string) =>
  `%${search.slice(0, longestSearch).replace(/[\\%_]/g, '\\$&')}%`;

/** The text after all that begin with this prefix, in SQLite's order of texts. */
const endOfPrefix = (prefix: string) => `${prefix}\u{10ffff}`;

export function runRepository(database: Database): RunRepository {
  const insert = database.prepare(
    `INSERT INTO run VALUES (@id, @status, @prompt, @settings, @generator, @reward, @budgetBytes, @startedAt, @endedAt,
      @appVersion, @cpu, @errorCode, @errorMessage, @ownerPid, @ownerStarted)`,
  );
  const update = database.prepare(
    'UPDATE run SET status = ?, ended_at = ?, error_code = ?, error_message = ? WHERE id = ?',
  );
  const select = database.prepare<[string], RunRow>('SELECT * FROM run WHERE id = ?');
  const selectPrefix = database.prepare<[string, string, number], RunRow>(
    'SELECT * FROM run WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT ?',
  );
  const selectRunning = database.prepare<
    [],
    { id: string; owner_pid: number; owner_started: string | null }
  >(`SELECT id, owner_pid, owner_started FROM run WHERE status = 'running'`);
  const remove = database.prepare('DELETE FROM run WHERE id = ?');

  return {
    create(run, owner) {
      insert.run({
        ...run,
        settings: JSON.stringify(run.settings),
        generator: JSON.stringify(run.generator),
        reward: JSON.stringify(run.reward),
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
      const sql = listSql({ before: before !== undefined, search: search !== undefined });
      const pattern = search === undefined ? undefined : likePattern(search);
      return database.prepare<[object], RunRow>(sql).all({ limit, before, pattern }).map(toRun);
    },

    withPrefix: (prefix, limit) => selectPrefix.all(prefix, endOfPrefix(prefix), limit).map(toRun),

    running: () =>
      selectRunning
        .all()
        .map((row) => ({ id: row.id, owner: { pid: row.owner_pid, started: row.owner_started } })),

    delete(id) {
      remove.run(id);
    },
  };
}

/** The JSON columns were written from a RunRecord by `create`. */
export function toRun(row: RunRow): RunRecord {
  return {
    id: row.id,
    prompt: row.prompt,
    status: row.status,
    settings: JSON.parse(row.settings) as RunRecord['settings'],
    startedAt: row.started_at,
    endedAt: row.ended_at,
    generator: JSON.parse(row.generator) as RunRecord['generator'],
    reward: JSON.parse(row.reward) as RunRecord['reward'],
    budgetBytes: row.budget_bytes,
    appVersion: row.app_version,
    cpu: row.cpu,
    error:
      row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
  };
}

/** The store: everything that happened, in one SQLite file, written as it happens. */
import type { Database } from 'better-sqlite3';
import { WinnowError } from '../contract/errors.ts';
import type { LaneEvent, RunStatus } from '../contract/events.ts';
import type { ExportKind, ExportScope } from '../contract/exports.ts';
import type { RunListing } from '../contract/methods.ts';
import type { RecordedRun } from '../contract/recording.ts';
import type { RunDetails, RunRecord } from '../contract/run.ts';
import type { Vote } from '../contract/votes.ts';
import { withStoreErrors } from './errors.ts';
import { countRows, openReader, type StoreReader } from './export-reader.ts';
import { laneRepository, type NewLane } from './lane-repository.ts';
import { preferenceRepository } from './preference-repository.ts';
import { isRunning, ownIdentity } from './process-identity.ts';
import { runRepository, type ListOptions, type RunEnd } from './run-repository.ts';
import { voteRepository } from './vote-repository.ts';

/** For so long a hidden run stays: the process that hid it may still offer to restore it. */
const hiddenMs = 60_000;

/**
 * Every method is one transaction and throws `store-busy`, `store-damaged` or `store-failed`; those that name a run or a
 * lane that is not stored throw `run-not-found`.
 */
export interface Store {
  /** The database's file, absolute. */
  readonly path: string;

  /** Stores a new run; this process is its owner. Make its id with newRunId. */
  createRun(run: RunRecord): void;
  /** Begins a lane and returns its id. */
  beginLane(lane: NewLane): string;
  /** Stores what happened in a lane since the last call. When it returns, a killed process no longer loses it. */
  appendLaneEvents(laneId: string, events: readonly LaneEvent[]): void;
  /** Ends a lane and stores its sums. */
  endLane(laneId: string, status: RunStatus): void;
  /** Ends a run and those of its lanes that still run. */
  endRun(runId: string, end: RunEnd): void;
  /** Marks runs as interrupted whose owner has gone without ending them; returns their ids. */
  markInterruptedRuns(): string[];
  /** Hides a run everywhere. Throws `store-busy` while another process, or this one, writes it. */
  deleteRun(runId: string, now?: Date): void;
  /** Takes `deleteRun` back; nothing happens to a run that is not hidden. */
  restoreRun(runId: string): void;
  /** Deletes for good what was hidden a minute ago or earlier, with all that belongs to it; true where there was such a run. */
  removeDeletedRuns(now?: Date): boolean;

  /** The newest first. */
  listRuns(options: ListOptions): RunListing[];
  /** How many runs there are, or how many a search finds. */
  countRuns(search?: string): number;
  getListing(id: string): RunListing | undefined;
  getRun(id: string): RunDetails | undefined;
  getRecording(id: string): RecordedRun | undefined;
  /** The run of this id, of the only id that begins so, or the newest one (`last`). Throws `run-not-found`. */
  findRun(idOrPrefix: string): RunRecord;
  /** The events of a lane, exactly as they were appended. */
  eventsOf(laneId: string): LaneEvent[];

  addVote(vote: Vote): void;
  /** Nothing happens where there is no such vote. */
  deleteVote(id: string): void;

  /** Values by their names, as they were written. */
  readPreferences(): Record<string, unknown>;
  /** Writes these values; others stay as they are. */
  writePreferences(changes: Record<string, unknown>): void;

  /** How many rows each export of these runs has. */
  countRows(scope: ExportScope): Record<ExportKind, number>;
  /** A reader of its own for exports: it sees the database as it is now, while runs go on. */
  openReader(): Promise<StoreReader>;
  close(): void;
}

/** The store over an open, migrated database. */
export function createStore(database: Database): Store {
  const runs = runRepository(database);
  const lanes = laneRepository(database);
  const votes = voteRepository(database);
  const preferences = preferenceRepository(database);
  const path = database.name;
  const read = <Result>(work: () => Result) => withStoreErrors(path, work);
  /** What several statements read is of one moment. */
  const readTogether = <Result>(work: () => Result) => read(database.transaction(work));
  const write = <Result>(work: () => Result): Result => {
    try {
      return withStoreErrors(path, () => database.transaction(work).immediate());
    } catch (error) {
      lanes.forget();
      throw error;
    }
  };
  const listing = (run: RunRecord): RunListing => ({
    ...run,
    lanes: lanes.listedOf(run.id),
    votes: votes.ofRun(run.id),
  });
  /** Moves the log into the database and onto the disk, without waiting for anybody who reads it now. */
  const flush = (mode: 'PASSIVE' | 'TRUNCATE') =>
    read(() => {
      const wait = Number(database.pragma('busy_timeout', { simple: true }));
      database.pragma('busy_timeout = 0');
      database.pragma(`wal_checkpoint(${mode})`);
      database.pragma(`busy_timeout = ${wait}`);
    });

  return {
    path,
    createRun: (run) => write(() => runs.create(run, ownIdentity())),
    beginLane: (lane) => write(() => lanes.begin(lane)),
    appendLaneEvents: (laneId, events) => write(() => lanes.append(laneId, events)),
    endLane: (laneId, status) => write(() => lanes.end(laneId, status)),

    endRun(runId, end) {
      write(() => {
        requireRun(runs.get(runId), runId);
        lanes.endAll(runId, end.status);
        runs.end(runId, end);
      });
      // From here on not even a power cut loses the run.
      flush('PASSIVE');
    },

    markInterruptedRuns() {
      const orphans = () => runs.running().filter(({ owner }) => !isRunning(owner));
      // Mostly there is nothing to write; then nobody has to wait, and a database that can only be read will do.
      if (read(orphans).length === 0) return [];
      return write(() =>
        orphans().map(({ id }) => {
          lanes.endAll(id, 'interrupted');
          runs.end(id, { status: 'interrupted', endedAt: null, error: null });
          return id;
        }),
      );
    },

    deleteRun(runId, now = new Date()) {
      write(() => {
        requireRun(runs.get(runId), runId);
        const isWritten = runs.running().some(({ id, owner }) => id === runId && isRunning(owner));
        if (isWritten) throw stillWritten();
        runs.hide(runId, now.toISOString());
      });
    },

    restoreRun(runId) {
      if (!write(() => runs.restore(runId))) throw noSuchRun(runId);
    },

    removeDeletedRuns(now = new Date()) {
      const until = new Date(now.getTime() - hiddenMs).toISOString();
      if (!read(() => runs.hasHidden(until))) return false;
      write(() => runs.deleteHidden(until));
      // Deleted texts leave the log as well.
      flush('TRUNCATE');
      return true;
    },

    listRuns: (options) => readTogether(() => runs.list(options).map(listing)),
    countRuns: (search) => read(() => runs.count(search)),
    getListing: (id) => readTogether(() => ifFound(runs.get(id), listing)),
    getRun: (id) =>
      readTogether(() => ifFound(runs.get(id), (run) => ({ ...run, lanes: lanes.detailsOf(id) }))),
    getRecording: (id) =>
      readTogether(() =>
        ifFound(runs.get(id), (run) => ({
          ...run,
          lanes: lanes.recordingsOf(id),
          votes: votes.ofRun(id),
        })),
      ),
    findRun: (idOrPrefix) =>
      read(() => {
        if (idOrPrefix === 'last') return requireRun(runs.list({ limit: 1 })[0], idOrPrefix);
        const [found, another] = runs.withPrefix(idOrPrefix, 2);
        if (found?.id === idOrPrefix || another === undefined) return requireRun(found, idOrPrefix);
        throw severalRuns(idOrPrefix);
      }),
    eventsOf: (laneId) => read(() => lanes.eventsOf(laneId)),

    addVote: (vote) => write(() => votes.add(vote)),
    deleteVote: (id) => write(() => votes.delete(id)),
    readPreferences: () => read(() => preferences.all()),
    writePreferences: (changes) => write(() => preferences.write(changes)),

    countRows: (scope) => readTogether(() => countRows(database, scope)),
    openReader: () => openReader(path),
    close: () => void database.close(),
  };
}

const ifFound = <Found, Result>(found: Found | undefined, make: (found: Found) => Result) =>
  found === undefined ? undefined : make(found);

function requireRun(run: RunRecord | undefined, id: string): RunRecord {
  if (run !== undefined) return run;
  throw noSuchRun(id);
}

const noSuchRun = (id: string) =>
  new WinnowError(
    'run-not-found',
    id === 'last' ? 'No run is stored yet.' : `No stored run has the id ${id}.`,
    id === 'last' ? 'Make a comparison first.' : 'Look at the list of runs for the right id.',
  );

const severalRuns = (prefix: string) =>
  new WinnowError(
    'run-not-found',
    `Several stored runs have ids that begin with "${prefix}".`,
    'Give more of the id.',
  );

const stillWritten = () =>
  new WinnowError('store-busy', 'This run has not ended yet.', 'Stop it first, then delete it.');

/** The one way to the store. */
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WinnowError } from '../contract/errors.ts';
import { connect, defaultBusyMs, prepareForWriting } from './connection.ts';
import { storeError } from './errors.ts';
import { checkVersion, migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { createStore, type Store } from './store.ts';

export interface OpenOptions {
  /** How long to wait for another process that is writing, in milliseconds. */
  busyMs?: number;
}

const pauseBetweenTriesMs = 20;

/**
 * Opens the database of runs, makes it where there is none, and migrates an older one after a backup copy beside it.
 * Throws `store-newer` (the file stays untouched), `store-damaged` (damaged, or not Winnow's), `store-busy` (another
 * program holds it) and `store-failed` (no such folder, not writable, disk full).
 */
export async function openStore(path: string, options: OpenOptions = {}): Promise<Store> {
  const { busyMs = defaultBusyMs } = options;
  const file = resolve(path);
  const deadline = performance.now() + busyMs;
  for (;;) {
    try {
      return await openOnce(file, busyMs);
    } catch (error) {
      // While two processes make one database, SQLite refuses the second one the write-ahead log without waiting.
      const isBusy = error instanceof WinnowError && error.code === 'store-busy';
      if (!isBusy || performance.now() >= deadline) throw error;
      await pause(pauseBetweenTriesMs);
    }
  }
}

async function openOnce(path: string, busyMs: number): Promise<Store> {
  try {
    const database = await connect(path, { busyMs });
    try {
      checkVersion(database, migrations);
      prepareForWriting(database);
      migrate(database, migrations);
      return createStore(database);
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    throw storeError(error, path);
  }
}

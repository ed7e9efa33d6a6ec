/** The one way to the store. */
import { resolve } from 'node:path';
import { connect, prepareForWriting } from './connection.ts';
import { storeError } from './errors.ts';
import { checkVersion, migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { createStore, type Store } from './store.ts';

export interface OpenOptions {
  /** How long to wait for another process that is writing, in milliseconds. */
  busyMs?: number;
}

/**
 * Opens the database of runs, makes it where there is none, and migrates an older one after a backup copy beside it.
 * Throws `store-newer` (the file stays untouched), `store-damaged` (damaged, or not Winnow's), `store-busy` (another
 * program holds it) and `store-failed` (no such folder, not writable, disk full).
 */
export async function openStore(path: string, options: OpenOptions = {}): Promise<Store> {
  const absolute = resolve(path);
  try {
    const database = await connect(absolute, options);
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
    throw storeError(error, absolute);
  }
}

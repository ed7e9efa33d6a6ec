/** Opens SQLite connections with the settings that the store relies on. */
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Database } from 'better-sqlite3';
import { WinnowError } from '../contract/errors.ts';
import { registerSearch } from './search.ts';

/** How long a statement waits for another process to finish its transaction. */
export const defaultBusyMs = 5000;

function checkFolder(path: string): void {
  const folder = dirname(path);
  if (existsSync(folder) && statSync(folder).isDirectory()) return;
  throw new WinnowError(
    'store-failed',
    `There is no folder ${folder} to keep the runs in.`,
    'Make that folder first, or choose a file in another one.',
  );
}

function checkFile(path: string): void {
  if (!existsSync(path) || statSync(path).isFile()) return;
  throw new WinnowError(
    'store-failed',
    `${path} is not a file, so no runs can be kept in it.`,
    'Choose a file, not a folder.',
  );
}

/**
 * A connection to the database at an absolute path, not yet prepared for writing.
 * better-sqlite3 is loaded only here: a process that never opens a store never loads native code.
 */
export async function connect(
  path: string,
  options: { readonly?: boolean; busyMs?: number } = {},
): Promise<Database> {
  checkFolder(path);
  checkFile(path);
  const { default: Sqlite } = await import('better-sqlite3');
  const { readonly = false, busyMs = defaultBusyMs } = options;
  const database = new Sqlite(path, { readonly, fileMustExist: readonly, timeout: busyMs });
  registerSearch(database);
  return database;
}

/**
 * Write-ahead log, so that readers and one writer do not wait for each other, and a killed process loses nothing that it
 * committed. synchronous = NORMAL: a commit is in the operating system's hands and not yet on the disk, which only a power
 * cut can tell apart; the store flushes it to disk at the end of each run. Deleted texts are overwritten.
 */
export function prepareForWriting(database: Database): void {
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.pragma('foreign_keys = ON');
  database.pragma('secure_delete = ON');
}

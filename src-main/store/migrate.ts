/** Brings a database to the version that this program knows, or refuses it untouched. */
import { renameSync, rmSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { WinnowError } from '../contract/errors.ts';
import { damagedError } from './errors.ts';
import type { Migration } from './migrations/index.ts';

/** 'WNNW': marks the file as Winnow's, in SQLite's own header field for it. */
export const applicationId = 0x574e4e57;

const numberPragma = (database: Database, name: string) =>
  Number(database.pragma(name, { simple: true }));
const versionOf = (database: Database) => numberPragma(database, 'user_version');

/** Throws where migrations are not numbered 1, 2, 3 … in their order. */
export function checkOrder(migrations: readonly Migration[]): void {
  migrations.forEach(({ version, name }, place) => {
    if (version !== place + 1) {
      throw new Error(`Migration "${name}" has number ${version} at place ${place + 1}.`);
    }
  });
}

interface Identity {
  version: number;
  isOurs: boolean;
  isEmpty: boolean;
}

/** What the database is, all read from one state of it: another process may be making it at this moment. */
const identify = (database: Database): Identity =>
  database.transaction(() => ({
    version: versionOf(database),
    isOurs: numberPragma(database, 'application_id') === applicationId,
    isEmpty: database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined,
  }))();

/**
 * Throws `store-newer` for a database of a newer program and `store-damaged` for one of another application. Writes
 * nothing.
 */
export function checkVersion(database: Database, migrations: readonly Migration[]): void {
  const { version, isOurs, isEmpty } = identify(database);
  if (!isOurs && !isEmpty) throw damagedError(database.name);
  if (version > migrations.length) {
    throw new WinnowError(
      'store-newer',
      'Your runs were stored by a newer version of Winnow than this one.',
      'Install the newest version of Winnow. Nothing in the file was changed.',
      { storedVersion: version, knownVersion: migrations.length },
    );
  }
}

/** Copies an older database to `<file>.version-<n>.backup` beside it, whole or not at all. */
function backUp(database: Database, version: number): void {
  const target = `${database.name}.version-${version}.backup`;
  const unfinished = `${target}.${process.pid}`;
  rmSync(unfinished, { force: true });
  try {
    database.prepare('VACUUM INTO ?').run(unfinished);
    // Another process may have migrated in between: then its backup is the older copy, and this one is not kept.
    if (versionOf(database) === version) renameSync(unfinished, target);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/**
 * Runs the migrations that the database lacks, all in one transaction with its version number, after a backup copy of a
 * database that already holds something. Two processes may do so at once: the second finds nothing left to do.
 */
export function migrate(database: Database, migrations: readonly Migration[]): void {
  checkOrder(migrations);
  checkVersion(database, migrations);
  const before = versionOf(database);
  if (before === migrations.length) return;
  if (before > 0) backUp(database, before);
  const runPending = database.transaction(() => {
    for (const migration of migrations.slice(versionOf(database))) migration.run(database);
    database.pragma(`application_id = ${applicationId}`);
    database.pragma(`user_version = ${migrations.length}`);
  });
  runPending.immediate();
}

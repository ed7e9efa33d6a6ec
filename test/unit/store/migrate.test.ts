import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrations, type Migration } from '../../../src-main/store/migrations/index.ts';
import { applicationId, checkOrder, migrate } from '../../../src-main/store/migrate.ts';
import { openStore } from '../../../src-main/store/open.ts';
import { storeFinishedRun } from '../../helpers/stored-runs.ts';
import { temporaryFolder } from '../../helpers/temporary-store.ts';

const addNotes: Migration = {
  version: migrations.length + 1,
  name: 'add notes',
  run: (database) => database.exec('CREATE TABLE note (text TEXT NOT NULL) STRICT'),
};
const breakHalfWay: Migration = {
  version: migrations.length + 1,
  name: 'break half way',
  run(database) {
    database.exec('DROP TABLE piece');
    throw new Error('broken');
  },
};

/** A database of the present version with one run, open. */
async function databaseWithRun(): Promise<{ database: Database; id: string; folder: string }> {
  const folder = temporaryFolder();
  const path = join(folder, 'winnow.db');
  const store = await openStore(path);
  const id = storeFinishedRun(store);
  store.close();
  const database = new Sqlite(path);
  onTestFinished(() => void database.close());
  return { database, id, folder };
}

const versionOf = (database: Database) => database.pragma('user_version', { simple: true });
const backupName = `winnow.db.version-${migrations.length}.backup`;

describe('migrations', () => {
  it('are numbered in their order', () => {
    expect(() => checkOrder(migrations)).not.toThrow();
    expect(() => checkOrder([...migrations, ...migrations])).toThrow('has number 1 at place');
  });

  it('run once, and mark the file as ours', () => {
    const database = new Sqlite(':memory:');
    migrate(database, migrations);
    migrate(database, migrations);
    expect(versionOf(database)).toBe(migrations.length);
    expect(database.pragma('application_id', { simple: true })).toBe(applicationId);
    database.close();
  });

  it('copy an older database before they change it', async () => {
    const { database, id, folder } = await databaseWithRun();
    migrate(database, [...migrations, addNotes]);

    expect(versionOf(database)).toBe(addNotes.version);
    expect(database.prepare('SELECT id FROM run').pluck().all()).toEqual([id]);
    const backup = await openStore(join(folder, backupName));
    expect(backup.getRun(id)?.lanes[0]?.events.length).toBeGreaterThan(0);
    backup.close();
  });

  it('make no backup of a new database', async () => {
    const folder = temporaryFolder();
    (await openStore(join(folder, 'winnow.db'))).close();
    expect(readdirSync(folder)).toEqual(['winnow.db']);
  });

  it('that break leave the database as it was', async () => {
    const { database, id } = await databaseWithRun();
    expect(() => migrate(database, [...migrations, breakHalfWay])).toThrow('broken');
    expect(versionOf(database)).toBe(migrations.length);
    expect(database.prepare('SELECT id FROM run').pluck().all()).toEqual([id]);
    expect(database.prepare('SELECT count(*) FROM piece').pluck().get()).toBeGreaterThan(0);
  });

  it('do not run on the database of another application', () => {
    const database = new Sqlite(':memory:');
    database.exec('CREATE TABLE recipe (name TEXT)');
    expect(() => migrate(database, migrations)).toThrow('not a Winnow database');
    database.close();
  });
});

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../../src-main/store/open.ts';
import { createStore } from '../../../src-main/store/store.ts';
import { storeFinishedRun } from '../../helpers/stored-runs.ts';
import { temporaryFolder } from '../../helpers/temporary-store.ts';

/** A closed database with one finished run. */
async function storedRun() {
  const path = join(temporaryFolder(), 'winnow.db');
  const store = await openStore(path);
  const id = storeFinishedRun(store);
  store.close();
  return { path, id };
}

describe('opening the store', () => {
  it('makes the file where there is none, and finds it again', async () => {
    const { path, id } = await storedRun();
    const store = await openStore(path);
    expect(store.getRun(id)?.status).toBe('done');
    store.close();
  });

  it('works at a path with spaces, letters of all kinds and an empty file', async () => {
    const path = join(temporaryFolder(), 'Läufe & = ? # 100%.db');
    writeFileSync(path, '');
    const store = await openStore(path);
    storeFinishedRun(store);
    store.close();
    expect(readFileSync(path).subarray(0, 15).toString()).toBe('SQLite format 3');
  });

  it('refuses a newer database and leaves the file as it was', async () => {
    const { path } = await storedRun();
    const database = new Sqlite(path);
    database.pragma('user_version = 99');
    database.close();
    const before = readFileSync(path);

    await expect(openStore(path)).rejects.toMatchObject({
      code: 'store-newer',
      details: { storedVersion: 99 },
    });
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(join(path, '..'))).toEqual(['winnow.db']);
  });

  it('refuses what is no database', async () => {
    const path = join(temporaryFolder(), 'winnow.db');
    writeFileSync(path, 'Dear diary, this is a text and no database. '.repeat(100));
    await expect(openStore(path)).rejects.toMatchObject({ code: 'store-damaged' });
    expect(readFileSync(path, 'utf8')).toMatch(/^Dear diary/);
  });

  it('refuses the database of another application, untouched', async () => {
    const path = join(temporaryFolder(), 'other.db');
    const database = new Sqlite(path);
    database.exec('CREATE TABLE recipe (name TEXT)');
    database.close();
    const before = readFileSync(path);

    await expect(openStore(path)).rejects.toMatchObject({ code: 'store-damaged' });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('notices damage in the middle of the file when it is read', async () => {
    const { path, id } = await storedRun();
    const bytes = readFileSync(path);
    bytes.fill(0xab, 4096, bytes.length);
    writeFileSync(path, bytes);

    const read = async () => {
      const store = await openStore(path);
      try {
        return store.getRun(id);
      } finally {
        store.close();
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 'store-damaged' });
  });

  it('says so where another program holds the file', async () => {
    const { path } = await storedRun();
    const holder = new Sqlite(path);
    holder.exec('BEGIN EXCLUSIVE');
    const store = await openStore(path, { busyMs: 10 });
    expect(() => storeFinishedRun(store)).toThrowError(
      expect.objectContaining({ code: 'store-busy' }) as Error,
    );
    holder.exec('ROLLBACK');
    storeFinishedRun(store);
    store.close();
    holder.close();
  });

  it('says so where another program keeps the file to itself', async () => {
    const { path } = await storedRun();
    const holder = new Sqlite(path);
    holder.pragma('locking_mode = EXCLUSIVE');
    holder.exec('BEGIN EXCLUSIVE; COMMIT');
    await expect(openStore(path, { busyMs: 10 })).rejects.toMatchObject({ code: 'store-busy' });
    holder.close();
  });

  it('says so where its place is missing or no place for a file', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'folder'));
    for (const place of [join('missing', 'winnow.db'), join('file', 'winnow.db'), 'folder']) {
      await expect(openStore(join(folder, place))).rejects.toMatchObject({ code: 'store-failed' });
    }
  });

  // The system's own read-only places, because nothing is read-only for the superuser elsewhere.
  it.runIf(process.platform === 'linux')('says so where nothing can be written', async () => {
    await expect(openStore('/proc/winnow.db')).rejects.toMatchObject({
      code: 'store-failed',
      message: 'The file of stored runs cannot be opened for writing.',
    });
  });

  it('says so when the disk is full, and keeps what was stored before', async () => {
    const { path, id } = await storedRun();
    // SQLite treats its own limit of pages as a full disk.
    const database = new Sqlite(path);
    database.pragma('max_page_count = 40');
    const store = createStore(database);
    const fill = () => {
      for (let i = 0; i < 100; i += 1) storeFinishedRun(store, { prompt: 'x'.repeat(10_000) });
    };
    expect(fill).toThrowError(
      expect.objectContaining({
        code: 'store-failed',
        message: 'The disk is full, so the run could not be stored.',
      }) as Error,
    );
    expect(store.getRun(id)?.status).toBe('done');
    store.close();
  });
});

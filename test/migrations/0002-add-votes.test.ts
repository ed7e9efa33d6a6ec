import Sqlite from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRuns } from '../../src-main/store/migrations/0001-create-runs.ts';
import { addVotes } from '../../src-main/store/migrations/0002-add-votes.ts';

/** A database of version 1 with one run and one lane, migrated to version 2. */
function migrated() {
  const database = new Sqlite(':memory:');
  onTestFinished(() => void database.close());
  database.pragma('foreign_keys = ON');
  createRuns(database);
  database.exec(`
    INSERT INTO run VALUES ('r', 'done', 'p', '{}', '{}', '{}', 1, 't', NULL, 'v', 'c', NULL, NULL, 1, NULL);
    INSERT INTO lane (id, run_id, strategy, lane_order, status, candidates) VALUES ('l', 'r', 's', 0, 'done', 3);`);
  const before = database.prepare('SELECT * FROM run').get();
  addVotes(database);
  return { database, before };
}

const vote = (id: string, repeatOf: string | null = null) =>
  `INSERT INTO vote VALUES (NULL, '${id}', 'r', 't', 'best-of-n', 'greedy', 'left', '[]', '', 1, 0,
    ${repeatOf === null ? 'NULL' : `'${repeatOf}'`})`;

describe('migration 2', () => {
  it('keeps every run, and hides none', () => {
    const { database, before } = migrated();
    expect(database.prepare('SELECT * FROM run').all()).toEqual([
      { ...(before as object), deleted_at: null },
    ]);
    expect(database.prepare('SELECT count(*) FROM lane').pluck().get()).toBe(1);
  });

  it('makes strict tables', () => {
    const { database } = migrated();
    const strict = database
      .prepare(
        `SELECT name FROM pragma_table_list WHERE strict = 1 AND name IN ('vote', 'preference')`,
      )
      .pluck();
    expect(strict.all().sort()).toEqual(['preference', 'vote']);
  });

  it('keeps votes for as long as their run', () => {
    const { database } = migrated();
    database.exec(vote('v'));
    expect(() => database.exec(vote('w').replace(`'r'`, `'x'`))).toThrow('FOREIGN KEY');
    database.exec('DELETE FROM run');
    expect(database.prepare('SELECT * FROM vote').all()).toEqual([]);
  });

  it('keeps a vote whose first one is taken back', () => {
    const { database } = migrated();
    database.exec(vote('v'));
    database.exec(vote('w', 'v'));
    database.exec(`DELETE FROM vote WHERE id = 'v'`);
    expect(database.prepare('SELECT id, repeat_of FROM vote').all()).toEqual([
      { id: 'w', repeat_of: null },
    ]);
  });

  it('takes JSON alone for a preference', () => {
    const { database } = migrated();
    const insert = database.prepare('INSERT INTO preference VALUES (?, ?)');
    insert.run('theme', '"dark"');
    expect(() => insert.run('other', 'dark')).toThrow('CHECK constraint');
  });
});

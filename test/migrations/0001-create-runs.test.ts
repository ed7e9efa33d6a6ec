import Sqlite from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRuns } from '../../src-main/store/migrations/0001-create-runs.ts';

function migrated() {
  const database = new Sqlite(':memory:');
  onTestFinished(() => void database.close());
  database.pragma('foreign_keys = ON');
  createRuns(database);
  return database;
}

describe('migration 1', () => {
  it('makes the tables of runs, each of them strict', () => {
    const tables = migrated()
      .prepare(
        `SELECT name, type, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite%'`,
      )
      .all();
    expect(tables).toEqual(
      expect.arrayContaining([
        ...['run', 'lane', 'candidate', 'event', 'piece', 'checkpoint'].map((name) => ({
          name,
          type: 'table',
          strict: 1,
        })),
        { name: 'round', type: 'view', strict: 0 },
      ]),
    );
    expect(tables).toHaveLength(7);
  });

  it('shows the rounds of a lane', () => {
    const database = migrated();
    database.exec(`
      INSERT INTO run VALUES ('r', 'done', 'p', '{}', '{}', '{}', 1, 't', NULL, 'v', 'c', NULL, NULL, 1, NULL);
      INSERT INTO lane (id, run_id, strategy, lane_order, status, candidates) VALUES ('l', 'r', 's', 0, 'done', 3);
      INSERT INTO event VALUES (1, 0, 'round', 12.5,
        '{"position":4,"live":3,"cacheBytes":99,"cutoff":-0.5,"rejected":[2,1]}');`);
    expect(database.prepare('SELECT * FROM round').all()).toEqual([
      {
        lane: 1,
        sequence: 0,
        at_ms: 12.5,
        position: 4,
        live: 3,
        cache_bytes: 99,
        cutoff: -0.5,
        rejected: '[2,1]',
      },
    ]);
  });
});

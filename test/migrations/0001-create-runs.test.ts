import Sqlite from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { candidatesSql, checkpointsSql, lanesSql } from '../../src-main/store/export-reader.ts';
import { createRuns } from '../../src-main/store/migrations/0001-create-runs.ts';
import { listSql } from '../../src-main/store/run-repository.ts';

function migrated() {
  const database = new Sqlite(':memory:');
  onTestFinished(() => void database.close());
  database.pragma('foreign_keys = ON');
  createRuns(database);
  return database;
}

/** Says how SQLite would run a query. */
function planner() {
  const database = migrated();
  return (sql: string) =>
    database
      .prepare<[], { detail: string }>(
        `EXPLAIN QUERY PLAN ${sql.replace(/@\w+|\?/g, `'x'`).replace(/LIMIT 'x'/, 'LIMIT 1')}`,
      )
      .all()
      .map(({ detail }) => detail)
      .join('; ');
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

  it('finds history by its indexes, without sorting or reading all of it', () => {
    const plan = planner();
    expect(plan(listSql({ before: false, search: false }))).toBe(
      'SCAN run USING INDEX sqlite_autoindex_run_1',
    );
    expect(plan(listSql({ before: true, search: true }))).toBe(
      'SEARCH run USING INDEX sqlite_autoindex_run_1 (id<?)',
    );
    expect(plan(`SELECT id FROM run WHERE status = 'running'`)).toMatch(
      /^SEARCH run USING .*INDEX run_by_status/,
    );
    expect(plan('SELECT * FROM lane WHERE run_id = ? ORDER BY lane_order')).toMatch(
      /^SEARCH lane USING INDEX sqlite_autoindex_lane_\d \(run_id=\?\)$/,
    );
    expect(plan('SELECT * FROM event WHERE lane = ? ORDER BY sequence')).toBe(
      'SEARCH event USING PRIMARY KEY (lane=?)',
    );
    expect(plan('SELECT * FROM piece WHERE lane = ? ORDER BY sequence, ordinal')).toBe(
      'SEARCH piece USING PRIMARY KEY (lane=?)',
    );
  });

  it('lets exports stream: rows come in order, none is sorted first', () => {
    const database = migrated();
    for (const sql of [lanesSql, candidatesSql, checkpointsSql]) {
      const explained = database.prepare<[object], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
      for (const run of [null, 'x']) {
        const plan = explained.all({ run }).map(({ detail }) => detail);
        expect(plan[0]).toMatch(/^SCAN lane USING INDEX/);
        expect(plan.join('; ')).not.toContain('TEMP B-TREE');
      }
    }
  });
});

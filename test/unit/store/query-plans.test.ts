import Sqlite from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exportKinds, type ExportScope } from '../../../src-main/contract/exports.ts';
import * as sql from '../../../src-main/store/export-sql.ts';
import { listedLanesSql } from '../../../src-main/store/lane-repository.ts';
import { migrate } from '../../../src-main/store/migrate.ts';
import { migrations } from '../../../src-main/store/migrations/index.ts';
import { listSql } from '../../../src-main/store/run-repository.ts';
import { registerSearch } from '../../../src-main/store/search.ts';
import { votesOfRunSql } from '../../../src-main/store/vote-repository.ts';

const kinds: ExportScope['kind'][] = ['all', 'search', 'run'];

/** Says how SQLite would run a query. */
function planner() {
  const database = new Sqlite(':memory:');
  onTestFinished(() => void database.close());
  registerSearch(database);
  migrate(database, migrations);
  return (query: string) =>
    database
      .prepare<[], { detail: string }>(
        `EXPLAIN QUERY PLAN ${query.replace(/@\w+|\?/g, `'x'`).replace(/LIMIT 'x'/, 'LIMIT 1')}`,
      )
      .all()
      .map(({ detail }) => detail)
      .join('; ');
}

describe('history', () => {
  it('is found by indexes, without sorting or reading all of it', () => {
    const plan = planner();
    for (const kind of ['all', 'search'] as const) {
      expect(plan(listSql(kind, false))).toBe('SCAN run USING INDEX run_shown');
      expect(plan(listSql(kind, true))).toBe('SEARCH run USING INDEX run_shown (id<?)');
    }
    expect(plan(`SELECT id FROM run WHERE status = 'running'`)).toMatch(
      /^SEARCH run USING .*INDEX run_by_status/,
    );
    expect(plan(listedLanesSql)).toMatch(
      /^SEARCH lane USING INDEX sqlite_autoindex_lane_\d \(run_id=\?\)/,
    );
    expect(plan(listedLanesSql)).not.toContain('SCAN candidate');
    expect(plan(votesOfRunSql)).toBe('SEARCH vote USING INDEX vote_by_run (run_id=?)');
    expect(plan('SELECT 1 FROM run WHERE deleted_at <= ? LIMIT 1')).toMatch(
      /^SEARCH run USING .*INDEX run_hidden/,
    );
  });

  it('gives the events of a lane in their order', () => {
    const plan = planner();
    expect(plan('SELECT * FROM event WHERE lane = ? ORDER BY sequence')).toBe(
      'SEARCH event USING PRIMARY KEY (lane=?)',
    );
    expect(plan('SELECT * FROM piece WHERE lane = ? ORDER BY sequence, ordinal')).toBe(
      'SEARCH piece USING PRIMARY KEY (lane=?)',
    );
  });
});

describe('exports', () => {
  it.each(kinds)('stream (%s): rows come in order, none is sorted first', (kind) => {
    const plan = planner();
    const queries = [sql.runsSql, sql.lanesSql, sql.candidatesSql, sql.checkpointsSql];
    for (const query of [...queries, sql.votesSql]) {
      expect(plan(query(kind))).toMatch(/^(SCAN|SEARCH) run USING INDEX /);
      expect(plan(query(kind))).not.toMatch(/TEMP B-TREE|; SCAN/);
    }
    expect(plan(sql.latestVoteSql)).toBe('SEARCH vote USING INDEX vote_by_run (run_id=?)');
  });

  it.each(kinds)('are counted (%s) without reading whole tables', (kind) => {
    const plan = planner();
    for (const what of exportKinds) expect(plan(sql.countSql[what](kind))).not.toContain('; SCAN');
  });
});

import { readFileSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { candidateColumns } from '../../src-main/core/export/candidates-table.ts';
import { checkpointColumns } from '../../src-main/core/export/checkpoints-table.ts';
import { comparisonColumns } from '../../src-main/core/export/comparisons-table.ts';
import { voteColumns } from '../../src-main/core/export/votes-table.ts';
import { runColumns } from '../../src-main/core/export/runs-table.ts';
import { migrations } from '../../src-main/store/migrations/index.ts';
import { migrate } from '../../src-main/store/migrate.ts';

const page = readFileSync(new URL('../../docs/stored-runs.md', import.meta.url), 'utf8');

/** The words in backquotes in the first column of the table under a heading. */
function firstColumn(heading: string): string[] {
  const section = page.split(`${heading}\n`)[1]?.split('\n#')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.flatMap((row) =>
    [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name ?? ''),
  );
}

const names = (columns: readonly (readonly [string, unknown])[]) => columns.map(([name]) => name);

it('docs/stored-runs.md names every column of the exports, in their order', () => {
  expect(firstColumn('### runs: one row per lane')).toEqual(names(runColumns));
  expect(firstColumn('### candidates: one row per answer')).toEqual(names(candidateColumns));
  expect(firstColumn('### checkpoints: one row per reward of an unfinished answer')).toEqual(
    names(checkpointColumns),
  );
  expect(firstColumn('### votes: one row per vote')).toEqual(names(voteColumns));
  expect(firstColumn('### comparisons: one row per run')).toEqual(names(comparisonColumns));
});

it('docs/stored-runs.md names every table of the database', () => {
  const database = new Sqlite(':memory:');
  migrate(database, migrations);
  const tables = database
    .prepare(`SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')`)
    .pluck()
    .all();
  database.close();
  expect(firstColumn('## The database').sort()).toEqual(tables.sort());
});

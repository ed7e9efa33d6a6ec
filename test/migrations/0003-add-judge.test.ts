import Sqlite from 'better-sqlite3';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRuns } from '../../src-main/store/migrations/0001-create-runs.ts';
import { addVotes } from '../../src-main/store/migrations/0002-add-votes.ts';
import { addJudge } from '../../src-main/store/migrations/0003-add-judge.ts';
import { migrations } from '../../src-main/store/migrations/index.ts';
import { migrate } from '../../src-main/store/migrate.ts';
import { openStore } from '../../src-main/store/open.ts';
import { aRun, rejectionEvents } from '../helpers/stored-runs.ts';
import { temporaryFolder } from '../helpers/temporary-store.ts';

/** A database of version 2 with one run, one lane and one candidate, migrated to version 3. */
function migrated() {
  const database = new Sqlite(':memory:');
  onTestFinished(() => void database.close());
  createRuns(database);
  addVotes(database);
  database.exec(`
    INSERT INTO run VALUES ('r', 'done', 'p', '{}', '{}', '{}', 1, 't', NULL, 'v', 'c', NULL, NULL, 1, NULL, NULL);
    INSERT INTO lane (id, run_id, strategy, lane_order, status, candidates) VALUES ('l', 'r', 's', 0, 'done', 1);
    INSERT INTO candidate VALUES (1, 0, 'finished', 'stop', 3, 'text', 0.5, NULL, 9, 1);`);
  const before = database.prepare('SELECT * FROM run, candidate').get() as object;
  addJudge(database);
  return { database, before };
}

describe('migration 3', () => {
  it('keeps every run and candidate, without a second opinion', () => {
    const { database, before } = migrated();
    expect(database.prepare('SELECT * FROM run, candidate').all()).toEqual([
      { ...before, judge: null, judge_reward: null },
    ]);
  });

  it('takes JSON alone for a judge', () => {
    const { database } = migrated();
    const update = database.prepare('UPDATE run SET judge = ?');
    update.run('{"name":"Second"}');
    expect(() => update.run('Second')).toThrow('CHECK constraint');
  });

  it('lets a run of before be read as one that asked for no second opinion', async () => {
    const file = join(temporaryFolder(), 'winnow.db');
    const old = new Sqlite(file);
    migrate(old, migrations.slice(0, 2));
    const { id, settings, generator, reward } = aRun();
    const { judge, form, ...withoutJudge } = settings;
    expect([judge, form]).toEqual([null, 'auto']);
    old
      .prepare(
        `INSERT INTO run VALUES (?, 'done', 'p', ?, ?, ?, 1, 't', NULL, 'v', 'c', NULL, NULL, 1, NULL, NULL)`,
      )
      .run(id, ...[withoutJudge, generator, reward].map((value) => JSON.stringify(value)));
    old.close();

    const store = await openStore(file);
    onTestFinished(() => store.close());
    expect(store.getRun(id)).toMatchObject({ judge: null, settings, reward });
    const lane = { runId: id, strategy: 'best-of-n', order: 0, candidates: 4 } as const;
    store.appendLaneEvents(store.beginLane(lane), rejectionEvents);
    expect(store.getRun(id)?.lanes[0]?.events).toEqual(rejectionEvents);
  });
});

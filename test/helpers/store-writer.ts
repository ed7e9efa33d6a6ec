/**
 * A program for tests: writes a run into a database, event by event, and tells on stdout what it has written only after
 * the store has returned. Arguments: the database, and how many events to write before it ends the run.
 */
import { writeSync } from 'node:fs';
import { openStore } from '../../src-main/store/open.ts';
import { storeEvent, writtenCandidates } from './store-events.ts';
import { aRun } from './stored-runs.ts';

const [path = '', events = '0'] = process.argv.slice(2);
const store = await openStore(path);
const run = aRun();
store.createRun(run);
const plan = { strategy: 'best-of-n', order: 0, candidates: writtenCandidates } as const;
const lane = store.beginLane({ runId: run.id, ...plan });
writeSync(1, `${run.id}\n`);
for (let n = 0; n < Number(events); n += 1) {
  store.appendLaneEvents(lane, [storeEvent(n)]);
  writeSync(1, `${n}\n`);
}
store.endLane(lane, 'done');
store.endRun(run.id, { status: 'done', endedAt: new Date().toISOString(), error: null });
store.close();

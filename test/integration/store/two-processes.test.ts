import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../../src-main/store/open.ts';
import { storeEvent } from '../../helpers/store-events.ts';
import { expectIntact, startWriter } from '../../helpers/store-process.ts';
import { temporaryFolder, temporaryStore } from '../../helpers/temporary-store.ts';

describe('two processes with one database', () => {
  it('may both make it, and both write', async () => {
    const path = join(temporaryFolder(), 'winnow.db');
    const writers = [startWriter(path, 60), startWriter(path, 60), startWriter(path, 60)];
    expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual([0, 0, 0]);

    const store = await openStore(path);
    for (const { told } of writers) {
      const run = store.getRun(told.runId ?? '');
      expect(run?.status).toBe('done');
      expect(run?.lanes[0]?.events).toEqual(Array.from({ length: 60 }, (_, n) => storeEvent(n)));
    }
    store.close();
  });

  it('take no run for interrupted whose owner still writes it', async () => {
    const store = await temporaryStore();
    const dying = startWriter(store.path, 1e9);
    const living = startWriter(store.path, 1e9);
    await Promise.all([dying.hasWritten(1), living.hasWritten(1)]);
    expect(store.markInterruptedRuns()).toEqual([]);

    await dying.kill();
    expect(store.markInterruptedRuns()).toEqual([dying.told.runId]);
    expect(store.getRun(living.told.runId ?? '')?.status).toBe('running');

    await living.kill();
    expect(store.markInterruptedRuns()).toEqual([living.told.runId]);
    expect(store.markInterruptedRuns()).toEqual([]);
  });
});

describe('a killed process', () => {
  it.each([1, 7, 30])('leaves everything that it had stored (%i events)', async (events) => {
    const path = join(temporaryFolder(), 'winnow.db');
    const writer = startWriter(path, 1e9);
    await writer.hasWritten(events);
    await writer.kill();
    expect(writer.told.events).toBeGreaterThanOrEqual(events);
    await expectIntact(path, writer);
  });
});

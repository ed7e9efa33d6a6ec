import { describe, expect, it } from 'vitest';
import { listRuns, recordedRun } from '../../../../src-main/core/runs/runs.ts';
import { createLaneFold } from '../../../../src-main/domain/lane-summary.ts';
import { createEventReader } from '../../../../src-main/domain/compact-events.ts';
import { storeFinishedRun } from '../../../helpers/stored-runs.ts';
import { temporaryStore } from '../../../helpers/temporary-store.ts';

describe('the list of runs', () => {
  it('says how many there are beside the page that was asked for', async () => {
    const store = await temporaryStore();
    const ids = ['Rain', 'Sun', 'Rain again'].map((prompt) => storeFinishedRun(store, { prompt }));

    const first = listRuns(store, { limit: 1, search: 'rain' });
    expect(first.runs.map(({ id }) => id)).toEqual([ids[2]]);
    expect(first.total).toBe(2);
    const next = listRuns(store, { limit: 1, search: 'rain', before: ids[2] ?? '' });
    expect(next.runs.map(({ id }) => id)).toEqual([ids[0]]);
    expect(next.total).toBe(2);
    expect(listRuns(store, { limit: 9 }).total).toBe(3);
  });
});

describe('a recorded run', () => {
  it('adds up to what was stored of it', async () => {
    const store = await temporaryStore();
    const id = storeFinishedRun(store);

    const [lane] = recordedRun(store, id).lanes;
    const fold = createLaneFold(lane?.candidates ?? 0);
    const read = createEventReader();
    for (const event of lane?.events ?? []) fold.add(read(event));

    const { candidates, tokensGenerated, chosen } = fold.summary();
    const stored = store.getRun(id)?.lanes[0];
    expect({ tokensGenerated, chosen }).toEqual({
      tokensGenerated: stored?.tokensGenerated,
      chosen: stored?.chosen,
    });
    expect(candidates.map(({ text }) => text)).toEqual(stored?.candidates.map(({ text }) => text));
  });

  it('is one that there is', async () => {
    const store = await temporaryStore();
    expect(() => recordedRun(store, 'x')).toThrowError(
      expect.objectContaining({ code: 'run-not-found' }) as Error,
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { LaneEvent } from '../../../src-main/contract/events.ts';
import { newRunId } from '../../../src-main/store/ids.ts';
import { aRun, rejectionEvents, storeFinishedRun } from '../../helpers/stored-runs.ts';
import { temporaryStore } from '../../helpers/temporary-store.ts';

describe('a stored run', () => {
  it('comes back as it was recorded, with every event', async () => {
    const store = await temporaryStore();
    const id = storeFinishedRun(store);

    const run = store.getRun(id);

    expect(run).toMatchObject({
      ...aRun({ id, status: 'done' }),
      endedAt: '2026-03-01T15:42:08.000Z',
    });
    expect(run?.lanes).toHaveLength(1);
    expect(run?.lanes[0]?.events).toEqual(rejectionEvents);
    expect(store.eventsOf(`${id}-0`)).toEqual(rejectionEvents);
  });

  it('knows how each candidate ended', async () => {
    const store = await temporaryStore();
    const candidates = store.getRun(storeFinishedRun(store))?.lanes[0]?.candidates;

    expect(candidates).toEqual([
      {
        index: 0,
        state: 'chosen',
        finish: 'stop',
        tokens: [1, 2, 3, 4, 10, 11, 0],
        text: 'Light 😀!',
        reward: 0.75,
        rejectedAt: null,
        endedAtMs: 40,
      },
      {
        index: 1,
        state: 'rejected',
        finish: 'rejected',
        tokens: [5, 6, 7, 8],
        text: '- Because',
        reward: -1.5,
        rejectedAt: 4,
        endedAtMs: 26,
      },
      {
        index: 2,
        state: 'finished',
        finish: 'length',
        tokens: [9, 9, 9, 9, 9, 9, 9, 9],
        text: '=1+2\nfoo, "bar"',
        reward: null,
        rejectedAt: null,
        endedAtMs: 40,
      },
      {
        index: 3,
        state: 'not-started',
        finish: null,
        tokens: [],
        text: '',
        reward: null,
        rejectedAt: null,
        endedAtMs: null,
      },
    ]);
  });

  it('holds the sums of its lanes, without what was observed off the clock', async () => {
    const store = await temporaryStore();
    storeFinishedRun(store);

    expect(store.listRuns({ limit: 1 })[0]?.lanes[0]).toMatchObject({
      order: 0,
      status: 'done',
      chosen: { index: 0, reward: 0.75 },
      tokensGenerated: 19,
      tokensScored: 70,
      wallMs: 47,
      timeFirstTokenMs: 20,
      peakCacheBytes: 2048,
    });
  });

  it('shows the sums so far while it is being written', async () => {
    const store = await temporaryStore();
    const run = aRun();
    store.createRun(run);
    const lane = store.beginLane({ runId: run.id, strategy: 'best-of-n', order: 0, candidates: 4 });
    store.appendLaneEvents(lane, rejectionEvents.slice(0, 4));

    const [listed] = store.listRuns({ limit: 1 });

    expect(listed?.lanes[0]).toMatchObject({ status: 'running', tokensGenerated: 12, wallMs: 20 });
    expect(store.getRun(run.id)?.lanes[0]).toMatchObject(listed?.lanes[0] ?? {});
  });

  it('begins a text again when its candidate is started again', async () => {
    const store = await temporaryStore();
    const run = aRun();
    store.createRun(run);
    const lane = store.beginLane({ runId: run.id, strategy: 'best-of-n', order: 0, candidates: 3 });
    const once = rejectionEvents.slice(0, 4);
    const again = rejectionEvents.slice(2, 4);
    store.appendLaneEvents(lane, once);
    store.appendLaneEvents(lane, again);

    expect(store.eventsOf(lane)).toEqual([...once, ...again]);
    expect(store.getRun(run.id)?.lanes[0]?.candidates[0]).toMatchObject({
      tokens: [1, 2, 3, 4],
      text: 'Light �',
      state: 'interrupted',
    });
  });
});

describe('events that cannot be stored', () => {
  it('are undone as a whole, and counted nowhere', async () => {
    const store = await temporaryStore();
    const run = aRun();
    store.createRun(run);
    const lane = store.beginLane({ runId: run.id, strategy: 'best-of-n', order: 0, candidates: 3 });
    const good = rejectionEvents.slice(0, 4);
    const broken: LaneEvent = { type: 'started', at: NaN, candidates: [0] };

    expect(() => store.appendLaneEvents(lane, [...good, broken])).toThrow('could not be');
    expect(store.eventsOf(lane)).toEqual([]);
    store.appendLaneEvents(lane, good);

    expect(store.eventsOf(lane)).toEqual(good);
    expect(store.listRuns({ limit: 1 })[0]?.lanes[0]?.tokensGenerated).toBe(12);
  });
});

describe('history', () => {
  it('lists the newest runs first, page by page', async () => {
    const store = await temporaryStore();
    const ids = [1, 2, 3].map(() => storeFinishedRun(store)).reverse();

    const first = store.listRuns({ limit: 2 });
    const rest = store.listRuns({ limit: 2, before: ids[1] ?? '' });

    expect(first.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(rest.map(({ id }) => id)).toEqual(ids.slice(2));
  });

  it('finds runs by words of their prompt, taken literally', async () => {
    const store = await temporaryStore();
    const percent = storeFinishedRun(store, { prompt: 'What is 100% of 5_0?' });
    storeFinishedRun(store, { prompt: 'What is 100 of 500?' });

    const found = (search: string) => store.listRuns({ limit: 9, search }).map(({ id }) => id);

    expect(found('100% OF')).toEqual([percent]);
    expect(found('5_0')).toEqual([percent]);
    expect(found('nothing like it')).toEqual([]);
  });

  it('finds a run by its id, by a prefix that only it has, or as the last one', async () => {
    const store = await temporaryStore();
    const first = storeFinishedRun(store, { id: '0190-aa11' });
    const second = storeFinishedRun(store, { id: '0190-bb22' });

    expect(store.findRun('0190-a').id).toBe(first);
    expect(store.findRun(second).id).toBe(second);
    expect(store.findRun('last').id).toBe(second);
    expect(() => store.findRun('0190')).toThrow('Several stored runs');
    expect(() => store.findRun('7')).toThrow('No stored run has the id 7.');
  });

  it('says so where nothing is stored yet', async () => {
    const store = await temporaryStore();
    expect(store.listRuns({ limit: 9 })).toEqual([]);
    expect(() => store.findRun('last')).toThrow('No run is stored yet.');
  });

  it('forgets a deleted run with all that belongs to it', async () => {
    const store = await temporaryStore();
    const id = storeFinishedRun(store);
    const kept = storeFinishedRun(store);

    store.deleteRun(id);

    expect(store.getRun(id)).toBeUndefined();
    expect(store.listRuns({ limit: 9 }).map((run) => run.id)).toEqual([kept]);
    expect(() => store.eventsOf(`${id}-0`)).toThrow('no longer stored');
  });

  it('does not delete a run that is being written', async () => {
    const store = await temporaryStore();
    const run = aRun();
    store.createRun(run);
    expect(() => store.deleteRun(run.id)).toThrow('has not ended yet');
  });
});

describe('ids', () => {
  it('are unique and sorted by time, even within one millisecond', () => {
    const ids = Array.from({ length: 5000 }, () => newRunId(1_770_000_000_000));
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ids);
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

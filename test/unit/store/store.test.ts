import { readFileSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { LaneEvent } from '../../../src-main/contract/events.ts';
import { createEventCompactor } from '../../../src-main/domain/compact-events.ts';
import { newRunId } from '../../../src-main/store/ids.ts';
import { openStore } from '../../../src-main/store/open.ts';
import {
  aRun,
  aVote,
  rejectionEvents,
  storeFinishedRun,
  storeVotedRun,
} from '../../helpers/stored-runs.ts';
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
        judgeReward: -1.25,
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
        judgeReward: null,
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
        judgeReward: 0.5,
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
        judgeReward: null,
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
    const plan = { runId: run.id, strategy: 'best-of-n', order: 0, candidates: 4 } as const;
    store.appendLaneEvents(store.beginLane(plan), rejectionEvents.slice(0, 4));

    const [listed] = store.listRuns({ limit: 1 });

    expect(listed?.lanes[0]).toMatchObject({ status: 'running', tokensGenerated: 12, wallMs: 20 });
    const { chosenText, ...lane } = listed?.lanes[0] ?? {};
    expect(chosenText).toBeNull();
    expect(store.getRun(run.id)?.lanes[0]).toMatchObject(lane);
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

describe('a recording', () => {
  it('holds the events with texts as changes, as a live run tells them', async () => {
    const store = await temporaryStore();
    const id = storeVotedRun(store);
    const compact = createEventCompactor();

    const recording = store.getRecording(id);

    expect(recording).toMatchObject({
      ...aRun({ id, status: 'done' }),
      endedAt: expect.anything() as string,
    });
    expect(recording?.votes).toHaveLength(1);
    expect(recording?.lanes).toHaveLength(1);
    expect(recording?.lanes[0]).toMatchObject({
      candidates: 4,
      status: 'done',
      tokensGenerated: 19,
    });
    expect(recording?.lanes[0]?.events).toEqual(rejectionEvents.map(compact));
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

  it('finds words in capital and small letters of every alphabet', async () => {
    const store = await temporaryStore();
    const german = storeFinishedRun(store, { prompt: 'Straße im A\u0308rger' });
    const greek = storeFinishedRun(store, { prompt: 'ΟΔΥΣΣΕΥΣ' });

    const found = (search: string) => store.listRuns({ limit: 9, search }).map(({ id }) => id);

    expect(found('STRASSE IM ÄRGER')).toEqual([german]);
    expect(found('Οδυσσευς')).toEqual([greek]);
    expect(found('')).toEqual([greek, german]);
  });

  it('counts the runs, and those that a search finds', async () => {
    const store = await temporaryStore();
    for (const prompt of ['Rain', 'Sun', 'More rain']) storeFinishedRun(store, { prompt });
    expect(store.countRuns()).toBe(3);
    expect(store.countRuns('RAIN')).toBe(2);
    expect(store.countRuns('snow')).toBe(0);
  });

  it('shows what each lane chose, and the votes, the oldest first', async () => {
    const store = await temporaryStore();
    const runId = storeFinishedRun(store);
    const votes = [
      aVote({ runId, reasons: ['clear', 'correct'], comment: 'Hm – “fine”', blind: false }),
      aVote({ runId, choice: 'both-bad', votedBeforeEnd: true }),
    ];
    for (const vote of votes) store.addVote(vote);

    const [listed] = store.listRuns({ limit: 1 });

    expect(listed?.lanes[0]?.chosenText).toBe('Light 😀!');
    expect(listed?.votes).toEqual(votes);
    expect(store.getListing(runId)).toEqual(listed);
    expect(store.getListing('x')).toBeUndefined();
    store.deleteVote(votes[0]?.id ?? '');
    store.deleteVote('not there');
    expect(store.getListing(runId)?.votes).toEqual(votes.slice(1));
  });

  it('answers in a moment with thousands of runs', async () => {
    const store = await temporaryStore();
    const database = new Sqlite(store.path);
    const { prompt } = aRun();
    storeFinishedRun(store);
    const copy = database.prepare(
      `INSERT INTO run SELECT id || '-' || @n, status, @prompt, settings, generator, reward, budget_bytes, started_at,
         ended_at, app_version, cpu, error_code, error_message, owner_pid, owner_started, NULL, judge FROM run LIMIT 1`,
    );
    database.transaction(() => {
      for (let n = 1; n < 5000; n += 1) copy.run({ n, prompt: `${prompt} `.repeat(20) + n });
    })();
    database.close();

    const began = performance.now();
    expect(store.listRuns({ limit: 50, search: 'SKY BLUE? 4' })).toHaveLength(50);
    expect(store.countRuns('BLUE? 4999')).toBe(1);
    // It takes some hundredths of a second; the limit leaves room for a busy machine.
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

describe('a deleted run', () => {
  const deletedAt = new Date('2026-03-01T12:00:00.000Z');
  const later = (seconds: number) => new Date(deletedAt.getTime() + seconds * 1000);

  it('is hidden everywhere', async () => {
    const store = await temporaryStore();
    const id = storeVotedRun(store, { prompt: 'hidden' });
    const kept = storeFinishedRun(store, { id: id.slice(0, -1) });

    store.deleteRun(id);

    expect(store.getRun(id)).toBeUndefined();
    expect(store.getListing(id)).toBeUndefined();
    expect(store.getRecording(id)).toBeUndefined();
    expect(store.listRuns({ limit: 9 }).map((run) => run.id)).toEqual([kept]);
    expect(store.listRuns({ limit: 9, search: 'hidden' })).toEqual([]);
    expect(store.countRuns()).toBe(1);
    expect(store.countRuns('hidden')).toBe(0);
    expect(store.findRun('last').id).toBe(kept);
    expect(store.findRun(id.slice(0, 13)).id).toBe(kept);
    expect(() => store.findRun(id)).toThrow('No stored run has the id');
    expect(() => store.deleteRun(id)).toThrow('No stored run has the id');
  });

  it('comes back as it was', async () => {
    const store = await temporaryStore();
    const id = storeVotedRun(store);
    const before = store.getRecording(id);

    store.deleteRun(id);
    store.restoreRun(id);
    store.restoreRun(id);

    expect(store.getRecording(id)).toEqual(before);
    expect(() => store.restoreRun('x')).toThrow('No stored run has the id x.');
  });

  it('stays for a minute, and is then removed with all that belongs to it', async () => {
    const store = await temporaryStore();
    const id = storeVotedRun(store, { prompt: 'A text to be forgotten' });
    const kept = storeVotedRun(store);
    store.deleteRun(id, deletedAt);

    expect(store.removeDeletedRuns(later(59))).toBe(false);
    expect(store.eventsOf(`${id}-0`)).toEqual(rejectionEvents);
    expect(store.removeDeletedRuns(later(60))).toBe(true);
    expect(store.removeDeletedRuns(later(61))).toBe(false);

    expect(() => store.restoreRun(id)).toThrow('No stored run has the id');
    expect(() => store.eventsOf(`${id}-0`)).toThrow('no longer stored');
    expect(store.getListing(kept)?.votes).toHaveLength(1);
    expect(readFileSync(store.path).includes('to be forgotten')).toBe(false);
    expect(readFileSync(`${store.path}-wal`)).toHaveLength(0);
  });

  it('can be restored while another process opens the file', async () => {
    const store = await temporaryStore();
    const id = storeFinishedRun(store);
    store.deleteRun(id);

    const other = await openStore(store.path);
    other.removeDeletedRuns();
    other.close();

    store.restoreRun(id);
    expect(store.getRun(id)?.status).toBe('done');
  });

  it('cannot be one that is being written', async () => {
    const store = await temporaryStore();
    const run = aRun();
    store.createRun(run);
    expect(() => store.deleteRun(run.id)).toThrow('has not ended yet');
  });
});

describe('preferences', () => {
  it('come back as they were written, others stay as they are', async () => {
    const store = await temporaryStore();
    expect(store.readPreferences()).toEqual({});
    store.writePreferences({ theme: 'dark', generators: ['/a b/ü.gguf'] });
    store.writePreferences({ theme: 'light', lastSettings: null });
    expect(store.readPreferences()).toEqual({
      theme: 'light',
      generators: ['/a b/ü.gguf'],
      lastSettings: null,
    });
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

import { describe, expect, it } from 'vitest';
import type { ComparisonEvent } from '../../../../src-main/contract/application-events.ts';
import type { Comparison } from '../../../../src-main/contract/recording.ts';
import type { RunSettings } from '../../../../src-main/contract/run.ts';
import { defaultSettings } from '../../../../src-main/contract/settings.ts';
import { foldComparison } from '../../../../src-main/domain/comparison.ts';
import { createClient } from '../../../../src-renderer/api/client.svelte.ts';
import { createLiveComparison } from '../../../../src-renderer/state/live-comparison.svelte.ts';
import { createFakeApplication } from '../helpers/fake-application.ts';
import { createFakePaint } from '../helpers/fake-paint.ts';

const settings: RunSettings = { ...defaultSettings, generator: 'g.gguf', reward: 'likelihood' };
const id = 'run-1';
const started: ComparisonEvent = { type: 'comparison-started', id, prompt: 'Why?', settings };
const planned: ComparisonEvent = {
  type: 'comparison-planned',
  id,
  run: null as never,
  lanes: [
    {
      strategy: 'speculative-rejection',
      order: 0,
      candidates: 8,
      sampling: settings.sampling,
      limitedBy: null,
    },
  ],
};

function laneEvent(position: number, rejected: number[] = []): ComparisonEvent {
  const round = { at: position, position, live: 8, cacheBytes: 1, cutoff: 0.5, rejected };
  const event = { type: 'round' as const, ...round };
  return { type: 'lane-event', id, strategy: 'speculative-rejection', event };
}

/** A page that is connected; the application is at event 0 and has no comparison. */
async function opened(current: Comparison | null = null, sequence = 0) {
  const fake = createFakeApplication();
  const paint = createFakePaint();
  const said: string[] = [];
  const live = createLiveComparison(
    createClient(fake.transport),
    (text) => void said.push(text),
    paint.surroundings,
  );
  fake.open();
  fake.say({ type: 'subscribed', start: 's', sequence, complete: false });
  fake.answer('comparison.current', { comparison: current, sequence });
  await settled();
  let last = sequence;
  const happens = (...events: ComparisonEvent[]): void => {
    for (const event of events) fake.say({ type: 'event', sequence: (last += 1), event });
  };
  return { fake, paint, said, live, happens };
}

/** Answers have reached whoever waits for them. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
}

const eventsOf = (comparison: Comparison | null): number =>
  comparison?.lanes[0]?.events.length ?? 0;

describe('the live comparison', () => {
  it('is what the application says it is, then what its events make of it', async () => {
    const before = foldComparison(foldComparison(null, started), planned);
    const { live, happens } = await opened(before, 7);
    expect(live.running).toBe(true);
    happens({ type: 'comparison-ended', id, status: 'done', error: null });
    expect(live.current?.outcome).toEqual({ status: 'done', error: null });
    expect(live.running).toBe(false);
  });

  it('counts an event once that came while the comparison was asked for', async () => {
    const fake = createFakeApplication();
    const live = createLiveComparison(
      createClient(fake.transport),
      () => undefined,
      createFakePaint().surroundings,
    );
    fake.open();
    fake.say({ type: 'subscribed', start: 's', sequence: 2, complete: false });
    fake.say({ type: 'event', sequence: 3, event: laneEvent(8) });
    fake.say({ type: 'event', sequence: 4, event: laneEvent(16) });
    // The application answers after the first of the two: it is in the answer already.
    const answer = [started, planned, laneEvent(8)].reduce<Comparison | null>(foldComparison, null);
    fake.answer('comparison.current', { comparison: structuredClone(answer), sequence: 3 });
    await settled();
    expect(eventsOf(live.current)).toBe(2);
  });

  it('is shown anew at most ten times a second while a lane runs', async () => {
    const { live, happens, paint } = await opened();
    happens(started, planned);
    let changes = 0;
    let seen = live.current;
    for (let moment = 0; moment < 100; moment += 1) {
      happens(laneEvent(moment));
      paint.pass(10);
      if (live.current !== seen) changes += 1;
      seen = live.current;
    }
    expect(changes).toBeGreaterThanOrEqual(8);
    expect(changes).toBeLessThanOrEqual(10);
  });

  it('shows at once what changes the whole of it', async () => {
    const { live, happens } = await opened();
    happens(started, planned, laneEvent(8), { type: 'comparison-stopping', id });
    expect(live.current?.stopping).toBe(true);
    expect(eventsOf(live.current)).toBe(1);
  });

  it('is asked for anew after an absence that was too long', async () => {
    const { fake, live, happens } = await opened();
    happens(started, planned);
    fake.lose();
    fake.open();
    fake.say({ type: 'subscribed', start: 'another', sequence: 0, complete: false });
    fake.answer('comparison.current', { comparison: null, sequence: 0 });
    await settled();
    expect(live.current).toBeNull();
  });

  it('misses nothing where the connection breaks before the application has answered', async () => {
    const { fake, live } = await opened(null, 2);
    fake.lose();
    fake.open();
    fake.say({ type: 'subscribed', start: 'another', sequence: 0, complete: false });
    fake.say({ type: 'event', sequence: 1, event: started });
    fake.lose();
    await settled();
    fake.open();
    expect(fake.sent.findLast(({ type }) => type === 'subscribe')).toMatchObject({ after: null });
    fake.say({ type: 'subscribed', start: 'another', sequence: 2, complete: false });
    const comparison = [started, planned].reduce<Comparison | null>(foldComparison, null);
    fake.answer('comparison.current', { comparison, sequence: 2 });
    await settled();
    expect(live.current?.id).toBe(id);
  });

  it('is asked for once when a page begins, however many ask', async () => {
    const fake = createFakeApplication();
    const { surroundings } = createFakePaint();
    const live = createLiveComparison(createClient(fake.transport), () => undefined, surroundings);
    const loaded = live.load();
    fake.open();
    fake.say({ type: 'subscribed', start: 's', sequence: 4, complete: false });
    fake.answer('comparison.current', { comparison: null, sequence: 4 });
    await loaded;
    await settled();
    expect(fake.sent.filter(({ type }) => type === 'call')).toHaveLength(1);
  });

  it('is asked for again where the answer is older than what was missed', async () => {
    const { fake, live } = await opened(null, 4);
    const loaded = live.load();
    // Number 5 is missing.
    fake.say({ type: 'event', sequence: 6, event: { type: 'runs-changed' } });
    fake.answer('comparison.current', { comparison: null, sequence: 4 });
    await loaded;
    await settled();
    fake.answer('comparison.current', { comparison: foldComparison(null, started), sequence: 6 });
    await settled();
    expect(live.current?.id).toBe(id);
  });

  it('says its start, the decisions that stop answers and its end, and nothing else', async () => {
    const { happens, said } = await opened();
    happens(started, planned, laneEvent(32), laneEvent(64, [1, 2, 3, 4, 5]));
    happens({ type: 'comparison-stopping', id });
    happens({ type: 'comparison-ended', id, status: 'cancelled', error: null });
    expect(said).toEqual([
      'The run has started.',
      '5 of 8 answers stopped early at 64 tokens.',
      'The run was stopped.',
    ]);
  });

  it('says why a run failed', async () => {
    const { happens, said } = await opened();
    const error = { code: 'engine-died' as const, message: 'The engine ended.', help: 'Again.' };
    happens(started, { type: 'comparison-ended', id, status: 'failed', error });
    expect(said.at(-1)).toBe('The run failed. The engine ended.');
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComparisonEvent, NumberedEvent } from '../../src-main/contract/application-events.ts';
import type { Comparison } from '../../src-main/contract/recording.ts';
import {
  createComparisonSession,
  type ComparisonSession,
} from '../../src-main/core/comparison/session.ts';
import { createEventBus, type EventBus } from '../../src-main/core/event-bus.ts';
import { createEventReader } from '../../src-main/domain/compact-events.ts';
import { foldComparison } from '../../src-main/domain/comparison.ts';
import { summariseLane } from '../../src-main/domain/lane-summary.ts';
import {
  makeWorkplace,
  openWhole,
  tinyPrompt,
  tinySettings,
  type WholeApplication,
  type Workplace,
} from '../helpers/whole-application.ts';

let workplace: Workplace;
let whole: WholeApplication;
let events: EventBus;
let session: ComparisonSession;

beforeAll(async () => {
  workplace = await makeWorkplace();
  whole = await openWhole(workplace, 'session.db');
  events = createEventBus();
  session = createComparisonSession(whole.application, events);
});

afterAll(() => {
  whole.close();
  workplace.remove();
});

const isOfComparison = (event: NumberedEvent['event']): event is ComparisonEvent => 'id' in event;

/** Calls `look` at every event until the comparison has ended. */
function untilEnded(look: (event: ComparisonEvent) => void = () => undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = events.subscribe(({ event }) => {
      if (!isOfComparison(event)) return;
      look(event);
      if (event.type !== 'comparison-ended') return;
      end();
      resolve();
    });
  });
}

function begin(changes: Parameters<typeof tinySettings>[1] = {}, prompt = tinyPrompt) {
  return session.start({ prompt, settings: tinySettings(workplace, changes) });
}

describe('the comparison under way', () => {
  it('is told as events that fold into what a page sees that comes later', async () => {
    let folded: Comparison | null = null;
    const ended = untilEnded((event) => (folded = foldComparison(folded, event)));
    const { id } = begin();
    expect(session.current().comparison).toMatchObject({
      id,
      phase: 'loading',
      prompt: tinyPrompt,
    });
    await ended;

    const { comparison, sequence } = session.current();
    expect(folded).toEqual(comparison);
    expect(sequence).toBe(events.sequence);
    expect(comparison).toMatchObject({ phase: 'ended', outcome: { status: 'done', error: null } });
  });

  it('gives, event by event, the texts and sums that the store holds', async () => {
    const ended = untilEnded();
    begin({ seed: 2 });
    await ended;
    const { comparison } = session.current();
    const stored = whole.store.getRun(comparison?.run?.id ?? '');
    expect(comparison?.lanes).toHaveLength(2);
    for (const [order, lane] of (comparison?.lanes ?? []).entries()) {
      const summary = summariseLane(lane.events.map(createEventReader()), lane.plan.candidates);
      const details = stored?.lanes[order];
      expect(summary.chosen).toEqual(details?.chosen);
      expect(summary.candidates.map(({ text }) => text)).toEqual(
        details?.candidates.map(({ text }) => text),
      );
    }
  });

  it('is the only one: another start is refused while it runs', async () => {
    const ended = untilEnded();
    begin();
    expect(() => begin()).toThrow(expect.objectContaining({ code: 'usage' }));
    await ended;
  });

  it('keeps what was written when it is stopped, and is over when stop resolves', async () => {
    let isWriting: () => void = () => undefined;
    const writing = new Promise<void>((resolve) => (isWriting = resolve));
    const ended = untilEnded((event) => {
      if (event.type === 'lane-event' && event.event.type === 'advanced') isWriting();
    });
    begin({ candidates: 64, maxTokens: 400, strategies: ['best-of-n'] });
    await writing;
    await session.stop();
    await ended;
    const { comparison } = session.current();
    expect(comparison?.outcome).toEqual({ status: 'cancelled', error: null });
    const stored = whole.store.getRun(comparison?.run?.id ?? '');
    expect(stored?.status).toBe('cancelled');
    expect(stored?.lanes[0]?.tokensGenerated).toBeGreaterThan(0);
  });

  it('ends with the reason when the models cannot be opened, and the next one works', async () => {
    const failed = untilEnded();
    begin({ generator: '/nowhere/model.gguf' });
    await failed;
    expect(session.current().comparison).toMatchObject({
      phase: 'ended',
      run: null,
      outcome: { status: 'failed', error: { code: 'model-not-found' } },
    });
    const ended = untilEnded();
    begin();
    await ended;
    expect(session.current().comparison?.outcome?.status).toBe('done');
  });

  it('goes on after its engine was killed: the run says so, the next one works', async () => {
    const killed = untilEnded((event) => {
      const { pid } = whole.engine;
      const isFirst = event.type === 'lane-event' && event.event.type === 'started';
      if (isFirst && pid !== undefined) process.kill(pid, 'SIGKILL');
    });
    begin();
    await killed;
    expect(session.current().comparison?.outcome).toMatchObject({
      status: 'interrupted',
      error: { code: 'engine-died' },
    });
    const ended = untilEnded();
    begin();
    await ended;
    expect(session.current().comparison?.outcome?.status).toBe('done');
  });

  it('refuses an empty prompt at once', () => {
    expect(() => begin({}, '  ')).toThrow(expect.objectContaining({ code: 'prompt-empty' }));
  });
});

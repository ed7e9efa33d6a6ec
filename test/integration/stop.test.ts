import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StoppableEngine } from '../../src-main/core/engine.ts';
import type { RunSettings } from '../../src-main/contract/run.ts';
import { forkedEngine } from '../../src-main/host/engine-channel.ts';
import { createEngineHost } from '../../src-main/host/engine-host.ts';
import { stopButton } from '../helpers/stop-button.ts';
import { startWinnow } from '../helpers/command-line.ts';
import {
  makeWorkplace,
  openWhole,
  realEngine,
  tinySettings,
  type WholeApplication,
  type Workplace,
} from '../helpers/whole-application.ts';

const blockingEntry = fileURLToPath(new URL('../helpers/blocking-engine.ts', import.meta.url));
const countingEntry = fileURLToPath(new URL('../helpers/counting-engine.ts', import.meta.url));

let workplace: Workplace;
let settings: RunSettings;
const open: WholeApplication[] = [];
let databases = 0;

beforeAll(async () => {
  // Big enough that writing and reading the prompt take several runs of the graph.
  workplace = await makeWorkplace({ width: 128, layers: 4, contextLength: 4096, seed: 3 });
  settings = tinySettings(workplace, { candidates: 32, maxTokens: 1500, memory: 1e9 });
});
afterEach(() => open.splice(0).forEach((whole) => whole.close()));
afterAll(() => workplace.remove());

/** The engine, whose method `name` is stopped as soon as it has begun. */
function stoppedIn(
  engine: StoppableEngine,
  name: 'countPromptTokens' | 'beginLane' | 'score' | 'loadReward',
  stop: () => void,
): StoppableEngine {
  return new Proxy(engine, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      return (...parameters: unknown[]) => {
        const result: unknown = value.apply(target, parameters);
        if (property === name) stop();
        return result;
      };
    },
  });
}

async function openWith(engine: StoppableEngine): Promise<WholeApplication> {
  const whole = await openWhole(workplace, `stop-${databases++}.db`, engine);
  open.push(whole);
  return whole;
}

const nextRun = (whole: WholeApplication) =>
  whole.compare(tinySettings(workplace, { candidates: 3, maxTokens: 10 }));

/** How long a stop takes depends on what else the machine does: test/long/stop-time.test.ts measures it. */
describe('Stop', () => {
  it('while answers are written keeps what was written, at once, and the next run works', async () => {
    // It is not killed, however slow the machine is: it has to end by itself.
    const engine = createEngineHost(forkedEngine(countingEntry), { graceMs: 60_000 });
    const whole = await openWith(engine);
    const button = stopButton();
    let pieces = 0;
    const run = await whole.compare(settings, {
      signal: button.signal,
      listener: (progress) => {
        if (progress.type !== 'lane-event' || progress.event.type !== 'advanced') return;
        if (++pieces === 3) button.press();
      },
    });
    expect(run).toMatchObject({ status: 'cancelled', error: null });
    expect(run.lanes).toHaveLength(1);
    expect(run.lanes[0]?.tokensGenerated).toBeGreaterThan(0);
    for (const { state, tokens, text } of run.lanes[0]?.candidates ?? []) {
      if (state === 'interrupted')
        expect([tokens.length > 0, text.length > 0]).toEqual([true, true]);
    }
    const [{ reason: runsAfterTheStop } = { reason: '' }] = await whole.application.devices();
    expect(Number(runsAfterTheStop || NaN)).toBeLessThanOrEqual(1);
    expect(await nextRun(whole)).toMatchObject({ status: 'done' });
  });

  it.each(['lane-ended', 'lane-began'] as const)(
    'pressed at %s, while the engine has nothing to do, begins no more lanes',
    async (moment) => {
      const engine = realEngine();
      const whole = await openWith(engine);
      const button = stopButton();
      let lanesInTheEngine = 0;
      const beginLane = engine.beginLane.bind(engine);
      engine.beginLane = (request) => {
        lanesInTheEngine += 1;
        return beginLane(request);
      };
      const run = await whole.compare(tinySettings(workplace, { candidates: 3, maxTokens: 10 }), {
        signal: button.signal,
        listener: ({ type }) => type === moment && button.press(),
      });
      expect(run.status).toBe('cancelled');
      expect(run.lanes).toHaveLength(1);
      expect(lanesInTheEngine).toBe(moment === 'lane-ended' ? 1 : 0);
    },
  );

  it.each(['beginLane', 'score'] as const)('while the engine is busy with %s', async (method) => {
    const button = stopButton();
    const whole = await openWith(stoppedIn(realEngine(), method, button.press));
    const short = { ...settings, maxTokens: 30 };
    const long = 'Tell me about rain, please. '.repeat(80);
    const run = await whole.compare(short, { prompt: long, signal: button.signal });
    expect(run.status).toBe('cancelled');
    expect(run.lanes[0]?.chosen).toBeNull();
    expect(await nextRun(whole)).toMatchObject({ status: 'done' });
  });

  it.each(['loadReward', 'countPromptTokens'] as const)(
    'before the run is stored, in %s, leaves no run',
    async (method) => {
      const button = stopButton();
      const whole = await openWith(stoppedIn(realEngine(), method, button.press));
      const ending = await whole.compare(settings, { signal: button.signal }).then(
        ({ status }) => status,
        (error: unknown) => error,
      );
      expect(ending).toMatchObject({ code: 'cancelled' });
      expect(await whole.application.history(10)).toEqual([]);
      expect(await nextRun(whole)).toMatchObject({ status: 'done' });
    },
  );

  it('pressed before anything began begins nothing', async () => {
    const whole = await openWith(realEngine());
    const button = stopButton();
    button.press();
    await expect(whole.compare(settings, { signal: button.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(await whole.application.history(10)).toEqual([]);
  });

  it('kills an engine that does not end in time, says that tokens are lost, and starts another', async () => {
    const engine = createEngineHost(forkedEngine(blockingEntry));
    const whole = await openWith(engine);
    const button = stopButton();
    let pid: number | undefined;
    const run = await whole.compare(settings, {
      signal: button.signal,
      listener: (progress) => {
        if (progress.type !== 'lane-event' || progress.event.type !== 'advanced') return;
        pid = engine.pid;
        button.press();
      },
    });
    expect(run.status).toBe('cancelled');
    const notices = run.lanes.flatMap(({ events }) =>
      events.flatMap((event) => (event.type === 'notice' ? [event.code] : [])),
    );
    expect(notices).toContain('tokens-lost');
    expect(run.lanes[0]?.tokensGenerated).toBeGreaterThan(0);
    expect(() => process.kill(pid ?? 0, 0)).toThrow();
    expect((await engine.devices()).length).toBeGreaterThan(0);
    expect(engine.pid).not.toBe(pid);
  });
});

describe('Ctrl+C on the command line', () => {
  const words = (database: string) => [
    ...['compare', 'Tell me about rain, please.', '--json', '--db', database],
    ...['--memory', '1GB', '--max-tokens', '3000'],
    ...['--generator', workplace.generator, '--reward', workplace.reward],
  ];

  /** Resolves when the first tokens are stored: then the engine is in the middle of writing. */
  const hasWritten = (database: string) =>
    vi.waitFor(
      () => {
        const reader = new Sqlite(database, { readonly: true });
        try {
          expect(reader.prepare('SELECT tokens_generated FROM lane').pluck().get()).toBeGreaterThan(
            0,
          );
        } finally {
          reader.close();
        }
      },
      { timeout: 50_000, interval: 20 },
    );

  const expectCancelled = ({ code, out }: { code: number; out: string }): void => {
    expect(code).toBe(130);
    const document = JSON.parse(out) as { lanes: { tokensGenerated: number }[] };
    expect(document).toMatchObject({ run: { status: 'cancelled' } });
    expect(document.lanes).toHaveLength(1);
    expect(document.lanes[0]?.tokensGenerated).toBeGreaterThan(0);
  };

  it('prints the document of the cancelled run and exits with 130', async () => {
    const database = join(workplace.folder, 'interrupted.db');
    const winnow = startWinnow(workplace, words(database));
    await hasWritten(database);
    winnow.child.kill('SIGINT');
    expectCancelled(await winnow.ended);
  });

  it.skipIf(process.platform === 'win32')(
    'reaches every process of the terminal, and is a stop all the same',
    async () => {
      const database = join(workplace.folder, 'interrupted-group.db');
      const winnow = startWinnow(workplace, words(database), { ownGroup: true });
      await hasWritten(database);
      process.kill(-(winnow.child.pid ?? NaN), 'SIGINT');
      expectCancelled(await winnow.ended);
    },
  );
});

import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
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

/** What a person is promised: half a second after Stop the processor is free. */
const promisedMs = 500;

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

// Another program can take the processor for a moment; that is not what these tests are about.
describe('Stop', { retry: 2 }, () => {
  it('while answers are written keeps what was written, at once, and the next run works', async () => {
    const whole = await openWith(realEngine());
    const button = stopButton();
    let pieces = 0;
    const run = await whole.compare(settings, {
      signal: button.signal,
      listener: (progress) => {
        if (progress.type !== 'lane-event' || progress.event.type !== 'advanced') return;
        if (++pieces === 3) button.press();
      },
    });
    expect(button.sincePressed()).toBeLessThan(promisedMs);
    expect(run).toMatchObject({ status: 'cancelled', error: null });
    expect(run.lanes).toHaveLength(1);
    expect(run.lanes[0]?.tokensGenerated).toBeGreaterThan(0);
    for (const { state, tokens, text } of run.lanes[0]?.candidates ?? []) {
      if (state === 'interrupted')
        expect([tokens.length > 0, text.length > 0]).toEqual([true, true]);
    }
    const { pid } = whole.engine;
    expect(await nextRun(whole)).toMatchObject({ status: 'done' });
    expect(whole.engine.pid).toBe(pid);
  });

  it.each(['beginLane', 'score'] as const)('while the engine is busy with %s', async (method) => {
    const button = stopButton();
    const whole = await openWith(stoppedIn(realEngine(), method, button.press));
    const short = { ...settings, maxTokens: 30 };
    const long = 'Tell me about rain, please. '.repeat(80);
    const run = await whole.compare(short, { prompt: long, signal: button.signal });
    expect(button.sincePressed()).toBeLessThan(promisedMs);
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
    expect(button.sincePressed()).toBeLessThan(promisedMs);
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
  const words = () => [
    ...[
      'compare',
      'Tell me about rain, please.',
      '--json',
      '--memory',
      '1GB',
      '--max-tokens',
      '3000',
    ],
    ...['--generator', workplace.generator, '--reward', workplace.reward],
  ];

  it('prints the document of the cancelled run and exits with 130', async () => {
    const winnow = startWinnow(workplace, words());
    await winnow.hasSaid('0 writing');
    winnow.child.kill('SIGINT');
    const { code, out } = await winnow.ended;
    expect(code).toBe(130);
    expect(JSON.parse(out)).toMatchObject({ run: { status: 'cancelled' } });
  });

  it.skipIf(process.platform === 'win32')(
    'reaches every process of the terminal, and is a stop all the same',
    async () => {
      const winnow = startWinnow(workplace, words(), { ownGroup: true });
      await winnow.hasSaid('0 writing');
      process.kill(-(winnow.child.pid ?? NaN), 'SIGINT');
      const { code, out } = await winnow.ended;
      expect(code).toBe(130);
      expect(JSON.parse(out)).toMatchObject({ run: { status: 'cancelled' } });
    },
  );
});

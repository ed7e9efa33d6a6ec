import type { WebContents as ElectronWebContents } from 'electron';
import { afterEach, beforeEach, describe, expect, it, vi, type Mock } from 'vitest';
import { portMessage } from '../../../src-main/contract/desktop-bridge.ts';
import { startCore, type CoreProcess } from '../../../src-main/shell/core-process.ts';
import type { UtilityExit } from '../../../src-main/shell/utility-process.ts';
import {
  resetElectron,
  utilityProcess,
  WebContents,
  type FakeUtilityProcess,
} from '../../mocks/electron.ts';

let onGivenUp: Mock<(exit: UtilityExit) => void>;
let onDeath: typeof onGivenUp;

beforeEach(() => {
  resetElectron();
  vi.useFakeTimers();
  onGivenUp = vi.fn();
  onDeath = vi.fn();
});
afterEach(() => void vi.useRealTimers());

const start = (): CoreProcess =>
  startCore({
    coreEntry: '/core.js',
    engineEntry: '/engine.js',
    environment: { HOME: '/person' },
    onDeath,
    onGivenUp,
  });

/** The process that was started as this one, counted from the end. */
function latest(): FakeUtilityProcess {
  const process = utilityProcess.started.at(-1);
  if (process === undefined) throw new Error('nothing was started');
  return process;
}

const connect = (core: CoreProcess): WebContents => {
  const page = new WebContents();
  core.connect(page as unknown as ElectronWebContents);
  return page;
};

describe('the core process', () => {
  it('starts at once, with little of the environment', () => {
    start();
    expect(latest()).toMatchObject({ entry: '/core.js', options: { env: { HOME: '/person' } } });
    expect(latest().options.env).toEqual({ HOME: '/person' });
  });

  it('shares a channel with each page', () => {
    const page = connect(start());
    const [toCore] = latest().posted;
    const [toPage] = page.sent;
    expect(toCore?.message).toEqual({ type: 'page' });
    expect(toPage?.channel).toBe(portMessage);
    const [ours] = toPage?.ports ?? [];
    expect(ours).toBeDefined();
    expect(toCore?.ports[0]?.other).toBe(ours);
  });

  it('is started again after a pause, and every page that is still there gets a new port', () => {
    const core = start();
    const page = connect(core);
    const gone = connect(core);
    gone.emit('destroyed');
    latest().exit(1);
    expect(utilityProcess.started).toHaveLength(1);
    vi.advanceTimersByTime(250);
    expect(utilityProcess.started).toHaveLength(2);
    expect(page.sent).toHaveLength(2);
    expect(gone.sent).toHaveLength(1);
    expect(latest().posted.map(({ message }) => message)).toEqual([{ type: 'page' }]);
  });

  it('gives a page that comes during the pause its port afterwards', () => {
    const core = start();
    latest().exit(1);
    const page = connect(core);
    expect(page.sent).toEqual([]);
    vi.advanceTimersByTime(250);
    expect(page.sent).toHaveLength(1);
  });

  it('waits longer after each death, then gives up until a person wants it again', () => {
    const core = start();
    const pauses: number[] = [];
    while (onGivenUp.mock.calls.length === 0) {
      const began = Date.now();
      latest().exit(pauses.length);
      vi.runOnlyPendingTimers();
      pauses.push(Date.now() - began);
      expect(pauses.length).toBeLessThan(10);
    }
    expect(pauses).toEqual([250, 1000, 3000, 8000, 0]);
    expect(onDeath.mock.calls.map(([{ exitCode }]) => exitCode)).toEqual([0, 1, 2, 3, 4]);
    expect(onGivenUp).toHaveBeenCalledExactlyOnceWith({ exitCode: 4 });
    expect(utilityProcess.started).toHaveLength(5);
    vi.advanceTimersByTime(3_600_000);
    expect(utilityProcess.started).toHaveLength(5);
    core.startAgain();
    expect(utilityProcess.started).toHaveLength(6);
  });

  it('forgets its deaths once it has run for a while', () => {
    start();
    for (let death = 0; death < 8; death += 1) {
      latest().exit(1);
      vi.advanceTimersByTime(250);
      vi.advanceTimersByTime(30_000);
    }
    expect(onGivenUp).not.toHaveBeenCalled();
    expect(utilityProcess.started).toHaveLength(9);
  });

  it('says whether a comparison is running; none runs in a core that has ended', () => {
    const core = start();
    const isComparing = (isRunning: boolean): boolean => {
      latest().emit('message', { type: 'comparison', isRunning });
      return core.isComparing;
    };
    expect(core.isComparing).toBe(false);
    expect([isComparing(true), isComparing(false), isComparing(true)]).toEqual([true, false, true]);
    latest().exit(1);
    expect(core.isComparing).toBe(false);
  });

  it('closes in order when Winnow is left, and is not started again', async () => {
    const core = start();
    const process = latest();
    const closed = core.close();
    expect(process.posted.at(-1)?.message).toEqual({ type: 'close' });
    process.exit(0);
    await closed;
    expect(onDeath).not.toHaveBeenCalled();
    vi.advanceTimersByTime(60_000);
    expect(utilityProcess.started).toHaveLength(1);
  });

  it.each([true, false])('is ended when it does not close in time (begun: %s)', async (begun) => {
    const core = start();
    const process = latest();
    if (begun) process.spawn(4711);
    const closed = core.close();
    vi.advanceTimersByTime(3000);
    await closed;
    expect(process.kill).toHaveBeenCalledOnce();
  });
});

describe('an engine of the core', () => {
  function startEngine(): { core: FakeUtilityProcess; engine: FakeUtilityProcess } {
    start();
    const core = latest();
    core.emit('message', { type: 'start-engine', id: 1 });
    return { core, engine: latest() };
  }

  it('is started when the core asks, and shares a channel with it', () => {
    const { core, engine } = startEngine();
    expect(engine).toMatchObject({ entry: '/engine.js' });
    expect(engine.options.env).toEqual({ HOME: '/person', ORT_DISABLE_TELEMETRY: '1' });
    expect(core.posted).toEqual([]);
    engine.spawn(4711);
    const told = core.posted[0];
    expect(told?.message).toEqual({ type: 'engine-started', id: 1, pid: 4711 });
    expect(told?.ports[0]?.other).toBe(engine.posted[0]?.ports[0]);
  });

  it('has its end told to the core', () => {
    const { core, engine } = startEngine();
    engine.spawn(4711);
    engine.exit(9);
    expect(core.posted.at(-1)?.message).toEqual({ type: 'engine-exited', id: 1, exitCode: 9 });
  });

  it('ends with its core', () => {
    const { core, engine } = startEngine();
    engine.spawn(4711);
    core.exit(1);
    expect(engine.kill).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(250);
    // The new core never had it.
    expect(latest().posted).toEqual([]);
  });

  it('that has not begun when its core dies ends as soon as it has', () => {
    const { core, engine } = startEngine();
    core.exit(1);
    engine.spawn(4711);
    expect(engine.pid).toBeUndefined();
    vi.advanceTimersByTime(250);
    expect(latest().posted).toEqual([]);
  });

  it('is not started by a message that is none', () => {
    start();
    for (const message of [
      null,
      'start-engine',
      { type: 'start-engine' },
      { type: 'run', id: 1 },
    ]) {
      latest().emit('message', message);
    }
    expect(utilityProcess.started).toHaveLength(1);
  });
});

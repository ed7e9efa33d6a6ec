/** The core and the engine as the window's processes: real ports, the real application, and a shell that only introduces them. */
import { once } from 'node:events';
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import * as v from 'valibot';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApplicationEvent } from '../../src-main/contract/application-events.ts';
import type { EngineRequest } from '../../src-main/contract/engine-messages.ts';
import type { ServerMessage } from '../../src-main/contract/messages.ts';
import { forkedEngine, type EngineChannel } from '../../src-main/host/engine-channel.ts';
import { fromCoreSchema } from '../../src-main/host/shell-messages.ts';
import { startUtilityThread, type UtilityThread } from '../helpers/utility-process.ts';
import {
  engineEntry,
  makeWorkplace,
  tinyPrompt,
  tinySettings,
  type Workplace,
} from '../helpers/whole-application.ts';

const coreEntry = fileURLToPath(new URL('../../src-main/core.ts', import.meta.url));
let workplace: Workplace;

beforeAll(async () => {
  workplace = await makeWorkplace();
});
afterAll(() => workplace.remove());

/** A core in a thread, with engines in processes of their own to which the shell hands over ports. */
class Shell {
  readonly core: UtilityThread;
  readonly engines: EngineChannel[] = [];
  /** What it heard of comparisons: whether one runs. */
  readonly told: boolean[] = [];

  constructor() {
    this.core = startUtilityThread(coreEntry, { ...process.env, WINNOW_DATA: workplace.folder });
    this.core.onMessage((data) => {
      const message = v.parse(fromCoreSchema, data);
      if (message.type === 'start-engine') this.startEngine(message.id);
      else this.told.push(message.isRunning);
    });
  }

  openPage(): Page {
    const { port1, port2 } = new MessageChannel();
    this.core.tell({ type: 'page' }, port1);
    return new Page(port2);
  }

  private startEngine(id: number): void {
    const engine = forkedEngine(engineEntry)();
    const { port1, port2 } = new MessageChannel();
    engine.onMessage((message) => port2.postMessage(message));
    engine.onExit(({ exitCode }) => {
      port2.close();
      this.core.tell({ type: 'engine-exited', id, exitCode });
    });
    port2.on('message', (message: EngineRequest) => engine.send(message));
    this.engines.push(engine);
    this.core.tell({ type: 'engine-started', id, pid: engine.pid }, port1);
  }
}

class Page {
  private readonly port: MessagePort;
  private lastId = 0;
  private readonly listeners = new Set<(message: ServerMessage) => void>();

  constructor(port: MessagePort) {
    this.port = port;
    port.on('message', (message: ServerMessage) => {
      for (const listener of this.listeners) listener(message);
    });
  }

  send(message: unknown): void {
    this.port.postMessage(message);
  }

  /** The first message to come of which this is true. */
  next(isIt: (message: ServerMessage) => boolean): Promise<ServerMessage> {
    return new Promise((resolve) => {
      const listener = (message: ServerMessage): void => {
        if (!isIt(message)) return;
        this.listeners.delete(listener);
        resolve(message);
      };
      this.listeners.add(listener);
    });
  }

  call(method: string, parameters: unknown = {}): Promise<ServerMessage> {
    const id = ++this.lastId;
    const answer = this.next((message) => 'id' in message && message.id === id);
    this.send({ type: 'call', id, method, parameters });
    return answer;
  }

  close(): void {
    this.port.close();
  }
}

const isEvent =
  (type: ApplicationEvent['type']) =>
  (message: ServerMessage): boolean =>
    message.type === 'event' && message.event.type === type;

describe('the core as a process of the window', () => {
  let shell: Shell;

  afterEach(async () => {
    shell.core.tell({ type: 'close' });
    await shell.core.ended;
  });

  it('runs a whole comparison for a page, on an engine that the shell starts', async () => {
    shell = new Shell();
    const page = shell.openPage();
    const other = shell.openPage();
    page.send({ type: 'subscribe', after: null });
    other.send({ type: 'subscribe', after: null });
    const bothEnded = Promise.all([
      page.next(isEvent('comparison-ended')),
      other.next(isEvent('comparison-ended')),
    ]);
    const started = await page.call('comparison.start', {
      prompt: tinyPrompt,
      settings: tinySettings(workplace),
    });
    expect(started).toMatchObject({ type: 'result' });
    const [ended, alsoEnded] = await bothEnded;
    expect(ended).toMatchObject({ event: { status: 'done', error: null } });
    expect(alsoEnded).toEqual(ended);
    expect(await page.call('runs.list', { limit: 1 })).toMatchObject({ value: { total: 1 } });
    expect(shell.engines).toHaveLength(1);
    expect(shell.told).toEqual([true, false]);
  });

  it('tells of an engine that was killed, and has the next call answered by another one', async () => {
    shell = new Shell();
    const page = shell.openPage();
    page.send({ type: 'subscribe', after: null });
    const loading = page.next(isEvent('comparison-loading'));
    const ended = page.next(isEvent('comparison-ended'));
    await page.call('comparison.start', {
      prompt: tinyPrompt,
      settings: tinySettings(workplace),
    });
    await loading;
    shell.engines[0]?.kill();
    expect(await ended).toMatchObject({ event: { error: { code: 'engine-died' } } });
    expect(await page.call('devices.list')).toMatchObject({ type: 'result' });
    expect(shell.engines).toHaveLength(2);
  });

  it('removes the exports that were left behind a day ago, once it has started', async () => {
    const old = join(workplace.folder, 'exports', '01234567-89ab-4cde-8f01-23456789abcd');
    mkdirSync(old, { recursive: true });
    writeFileSync(join(old, 'winnow-candidates.csv'), 'a prompt');
    utimesSync(old, 0, 0);
    shell = new Shell();
    await expect.poll(() => existsSync(old)).toBe(false);
  });

  it('refuses what is no message of a page, and goes on', async () => {
    shell = new Shell();
    const page = shell.openPage();
    const refused = page.next(({ type }) => type === 'refused');
    page.send('nonsense');
    expect(await refused).toMatchObject({ error: { code: 'message-invalid' } });
    expect(await page.call('no.method')).toMatchObject({ type: 'error' });
    expect(await page.call('app.facts')).toMatchObject({ type: 'result' });
  });

  it('ends in order when Winnow is left, and its engine with it', async () => {
    shell = new Shell();
    const page = shell.openPage();
    await page.call('devices.list');
    const engineGone = new Promise((resolve) => shell.engines[0]?.onExit(resolve));
    shell.core.tell({ type: 'close' });
    expect(await shell.core.ended).toBe(0);
    await engineGone;
  });
});

describe('the engine as a process of the window', () => {
  it('answers through the port that the shell sends, and ends when the core is gone', async () => {
    const engine = startUtilityThread(engineEntry, { ...process.env });
    const { port1, port2: core } = new MessageChannel();
    engine.tell({ type: 'core' }, port1);
    expect(await once(core, 'message')).toEqual([{ type: 'ready' }]);
    core.postMessage({ type: 'call', id: 1, method: 'checkModel', parameters: '/no/such/model' });
    expect(await once(core, 'message')).toMatchObject([{ type: 'error', id: 1 }]);
    core.close();
    expect(await engine.ended).toBe(0);
  });
});

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createEngineHost } from '../../../src-main/host/engine-host.ts';
import {
  utilityEngine,
  type EnginePort,
  type EngineStarter,
} from '../../../src-main/host/utility-engine.ts';
import type { EngineExit } from '../../../src-main/host/engine-channel.ts';
import type { EngineRequest } from '../../../src-main/contract/engine-messages.ts';

/** The shell and the engine process, as the test says. */
class FakeShell implements EngineStarter {
  readonly asked: unknown[] = [];
  readonly sent: unknown[] = [];
  fromEngine: (message: unknown) => void = () => undefined;
  private tellCore: (message: unknown, port: EnginePort | undefined) => void = () => undefined;

  tell(message: unknown): void {
    this.asked.push(message);
  }
  onMessage(listener: typeof this.tellCore): void {
    this.tellCore = listener;
  }
  started(id: number, pid: number): void {
    let isStarted = false;
    const port: EnginePort = {
      post: (message) => this.sent.push(message),
      onMessage: (listener) => {
        this.fromEngine = (message) => isStarted && listener(message);
      },
      start: () => {
        isStarted = true;
      },
    };
    this.tellCore({ type: 'engine-started', id, pid }, port);
  }
  exited(id: number, exitCode: number | null): void {
    this.tellCore({ type: 'engine-exited', id, exitCode }, undefined);
  }
  say(message: unknown): void {
    this.tellCore(message, undefined);
  }
}

const request: EngineRequest = { type: 'call', id: 1, method: 'devices', parameters: undefined };
let shell: FakeShell;
const kill = vi.fn<(pid: number) => void>();

beforeEach(() => {
  shell = new FakeShell();
  kill.mockReset();
});

describe('an engine that the shell starts', () => {
  it('is asked for, and gets what was sent before it was there', () => {
    const engine = utilityEngine(shell, kill)();
    engine.send(request);
    expect(shell.asked).toEqual([{ type: 'start-engine', id: 1 }]);
    expect(shell.sent).toEqual([]);
    expect(engine.pid).toBeUndefined();
    shell.started(1, 4711);
    engine.send({ type: 'stop' });
    expect(shell.sent).toEqual([request, { type: 'stop' }]);
    expect(engine.pid).toBe(4711);
  });

  it('is heard through its port', () => {
    const heard: unknown[] = [];
    const engine = utilityEngine(shell, kill)();
    engine.onMessage((message) => heard.push(message));
    shell.started(1, 4711);
    shell.fromEngine({ type: 'ready' });
    expect(heard).toEqual([{ type: 'ready' }]);
  });

  it('is killed at once by its number, also when that is not yet known', () => {
    const make = utilityEngine(shell, kill);
    const first = make();
    shell.started(1, 4711);
    first.kill();
    expect(kill).toHaveBeenLastCalledWith(4711);
    const second = make();
    second.send(request);
    second.kill();
    shell.started(2, 4712);
    expect(kill).toHaveBeenLastCalledWith(4712);
    expect(shell.sent).toEqual([]);
  });

  it('has its end told, and its number is nobody’s afterwards', () => {
    const exits: EngineExit[] = [];
    const engine = utilityEngine(shell, kill)();
    engine.onExit((exit) => exits.push(exit));
    shell.started(1, 4711);
    shell.exited(1, 9);
    shell.exited(1, 9);
    engine.kill();
    expect(exits).toEqual([{ exitCode: 9, signal: null }]);
    expect(kill).not.toHaveBeenCalled();
  });

  it('is told apart from the next one', () => {
    const exits: string[] = [];
    const make = utilityEngine(shell, kill);
    make().onExit(() => exits.push('first'));
    make().onExit(() => exits.push('second'));
    shell.exited(2, null);
    expect(exits).toEqual(['second']);
  });

  it('is not disturbed by what the shell tells others', () => {
    const engine = utilityEngine(shell, kill)();
    for (const message of [null, { type: 'page' }, { type: 'close' }, { type: 'engine-exited' }]) {
      shell.say(message);
    }
    shell.started(99, 1);
    expect(engine.pid).toBeUndefined();
  });

  it('fails the calls in flight when it ends, and the next call asks for another', async () => {
    const host = createEngineHost(utilityEngine(shell, kill));
    const call = host.devices();
    shell.started(1, 4711);
    await Promise.resolve();
    shell.exited(1, 134);
    await expect(call).rejects.toMatchObject({
      code: 'engine-died',
      details: { description: 'exit code 134' },
    });
    void host.devices().catch(() => undefined);
    expect(shell.asked).toHaveLength(2);
    host.close();
  });
});

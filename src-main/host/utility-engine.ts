/**
 * Engines as utility processes of the Electron shell, seen from the core: the shell starts the process and hands over a
 * port to it; from then on core and engine speak directly. What is sent before the port arrives waits for it.
 */
import * as v from 'valibot';
import type { EngineRequest } from '../contract/engine-messages.ts';
import type { EngineChannel, EngineChannelMaker, EngineExit } from './engine-channel.ts';
import { toCoreSchema, type FromCore } from './shell-messages.ts';

/** What is used of a port (transport/message-port.ts). */
export interface EnginePort {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  start(): void;
}

/** What is used of the line to the shell (transport/parent-port.ts). */
export interface EngineStarter {
  tell(message: FromCore): void;
  onMessage(listener: (message: unknown, port: EnginePort | undefined) => void): void;
}

/** Ends a process at once. */
export type Killer = (pid: number) => void;

const killByPid: Killer = (pid) => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself; the shell is about to say so.
  }
};

/**
 * Starts engines through the shell.
 * @param kill how to end one: by its pid, because asking the shell would take longer and is not sure
 */
export function utilityEngine(shell: EngineStarter, kill: Killer = killByPid): EngineChannelMaker {
  const engines = new Map<number, UtilityEngine>();
  let lastId = 0;
  shell.onMessage((data, port) => {
    const checked = v.safeParse(toCoreSchema, data);
    if (!checked.success) return;
    const message = checked.output;
    if (message.type === 'engine-started' && port !== undefined) {
      engines.get(message.id)?.started(message.pid, port);
    } else if (message.type === 'engine-exited') {
      const { id, exitCode } = message;
      engines.get(id)?.exited({ exitCode, signal: null });
      engines.delete(id);
    }
  });
  return () => {
    const id = ++lastId;
    const engine = new UtilityEngine(kill);
    engines.set(id, engine);
    shell.tell({ type: 'start-engine', id });
    return engine;
  };
}

class UtilityEngine implements EngineChannel {
  pid: number | undefined;
  private port: EnginePort | undefined;
  private isKilled = false;
  private readonly endProcess: Killer;
  private waiting: EngineRequest[] = [];
  private messageListener: (message: unknown) => void = () => undefined;
  private exitListener: (exit: EngineExit) => void = () => undefined;

  constructor(kill: Killer) {
    this.endProcess = kill;
  }

  send(request: EngineRequest): void {
    if (this.port === undefined) this.waiting.push(request);
    else this.port.post(request);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.messageListener = listener;
  }

  onExit(listener: (exit: EngineExit) => void): void {
    this.exitListener = listener;
  }

  kill(): void {
    this.isKilled = true;
    if (this.pid !== undefined) this.endProcess(this.pid);
  }

  started(pid: number, port: EnginePort): void {
    this.pid = pid;
    if (this.isKilled) {
      this.endProcess(pid);
      return;
    }
    this.port = port;
    port.onMessage((message) => this.messageListener(message));
    port.start();
    for (const request of this.waiting) port.post(request);
    this.waiting = [];
  }

  exited(exit: EngineExit): void {
    // Another process may get the same number.
    this.pid = undefined;
    this.exitListener(exit);
  }
}

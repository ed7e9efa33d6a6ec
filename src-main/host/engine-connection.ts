/** One engine process: pairs calls with replies, and turns its death into errors for whatever was in flight. */
import * as v from 'valibot';
import { engineReplySchema, type EngineMethod } from '../contract/engine-messages.ts';
import { cancelled, fromErrorRecord, WinnowError } from '../contract/errors.ts';
import type { EngineChannel, EngineExit } from './engine-channel.ts';

export type ProgressListener = (progress: unknown) => void;

interface PendingCall {
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
  onProgress: ProgressListener | undefined;
  /** What the listener of its progress threw; the call then fails with that, once the engine has given it up. */
  fault?: { error: unknown };
}

export class EngineConnection {
  onReady: () => void = () => undefined;
  /** Called when the process is gone. `expected`: this side ended it. */
  onDeath: (exit: EngineExit, expected: boolean) => void = () => undefined;
  private readonly channel: EngineChannel;
  private readonly pending = new Map<number, PendingCall>();
  private nextId = 1;
  /** Settles when the process is gone. */
  readonly gone: Promise<void>;
  private readonly tellGone: () => void;
  private dead = false;
  private killed = false;
  private killedByStop = false;
  private whenIdle: (() => void)[] = [];

  constructor(channel: EngineChannel) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gone = promise;
    this.tellGone = resolve;
    this.channel = channel;
    channel.onMessage((message) => this.receive(message));
    channel.onExit((exit) => this.died(exit));
  }

  get pid(): number | undefined {
    return this.channel.pid;
  }

  /** Calls a method of the engine. Throws what the engine threw, or `engine-died`. */
  call(method: EngineMethod, parameters: unknown, onProgress?: ProgressListener): Promise<unknown> {
    if (this.dead) return Promise.reject(died('it had ended before'));
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject, onProgress });
      this.channel.send({ type: 'call', id, method, parameters });
    });
  }

  /**
   * Asks the running call to end; kills the process when it has not after `graceMs`.
   * @returns whether the process was killed
   */
  async stop(graceMs: number): Promise<boolean> {
    if (this.pending.size === 0 || this.dead) return false;
    const idle = new Promise<'idle'>((resolve) => this.whenIdle.push(() => resolve('idle')));
    this.channel.send({ type: 'stop' });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), graceMs);
    });
    const first = await Promise.race([idle, late]);
    clearTimeout(timer);
    if (first === 'idle') return false;
    this.killedByStop = true;
    this.kill();
    await idle;
    return true;
  }

  kill(): void {
    this.killed = true;
    this.channel.kill();
  }

  private receive(message: unknown): void {
    const checked = v.safeParse(engineReplySchema, message);
    if (!checked.success) {
      // Whatever this answers would wait for ever: a process that cannot be understood is as good as dead.
      this.channel.kill();
      return;
    }
    const reply = checked.output;
    if (reply.type === 'ready') {
      this.onReady();
      return;
    }
    const call = this.pending.get(reply.id);
    if (call === undefined) return;
    if (reply.type === 'progress') {
      this.tellProgress(call, reply.progress);
      return;
    }
    this.pending.delete(reply.id);
    if (call.fault !== undefined) call.reject(call.fault.error);
    else if (reply.type === 'result') call.resolve(reply.value);
    else call.reject(fromErrorRecord(reply.error));
    this.tellIfIdle();
  }

  /** A listener can fail, as when the disk is full. The call stays pending until the engine is idle for the next one. */
  private tellProgress(call: PendingCall, progress: unknown): void {
    if (call.fault !== undefined) return;
    try {
      call.onProgress?.(progress);
    } catch (error) {
      call.fault = { error };
      this.channel.send({ type: 'stop' });
    }
  }

  private died(exit: EngineExit): void {
    this.dead = true;
    const error = this.killedByStop ? cancelled({ tokensLost: true }) : died(describe(exit));
    for (const call of this.pending.values()) call.reject(call.fault?.error ?? error);
    this.pending.clear();
    this.onDeath(exit, this.killed);
    this.tellGone();
    this.tellIfIdle();
  }

  private tellIfIdle(): void {
    if (this.pending.size > 0) return;
    const listeners = this.whenIdle;
    this.whenIdle = [];
    for (const listener of listeners) listener();
  }
}

/** The error of a call whose process is gone. */
export function died(description: string): WinnowError {
  return new WinnowError(
    'engine-died',
    'The part of Winnow that runs the models ended unexpectedly. What was written so far is kept.',
    'Run it again. If it happens again, use fewer candidates or a smaller model: memory may be short.',
    { description },
  );
}

function describe({ exitCode, signal }: EngineExit): string {
  if (exitCode === null && signal === null) return 'it could not be started';
  return signal ?? `exit code ${exitCode}`;
}

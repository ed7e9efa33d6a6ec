/**
 * Runs an entry as Electron would in a utility process, but in a thread: with a `process.parentPort` that brings ports.
 * This file is both the maker and what runs first in the thread.
 */
import { fileURLToPath } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

interface Envelope {
  message: unknown;
  ports: MessagePort[];
}

export interface UtilityThread {
  tell(message: unknown, port?: MessagePort): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Its exit code. */
  readonly ended: Promise<number>;
}

export function startUtilityThread(
  entry: string,
  environment: Record<string, string | undefined>,
): UtilityThread {
  const worker = new Worker(fileURLToPath(import.meta.url), {
    workerData: { utilityEntry: entry },
    env: environment,
  });
  return {
    tell(message, port) {
      const ports = port === undefined ? [] : [port];
      worker.postMessage({ message, ports } satisfies Envelope, ports);
    },
    onMessage: (listener) => void worker.on('message', listener),
    ended: new Promise((resolve, reject) => {
      worker.once('exit', resolve);
      worker.once('error', reject);
    }),
  };
}

/** A port as Electron has it: its messages are events. */
const asElectronPort = (port: MessagePort): object => ({
  postMessage: (message: unknown) => port.postMessage(message),
  start: () => port.start(),
  close: () => port.close(),
  on(event: string, listener: (event: { data: unknown }) => void) {
    port.on(event, (data: unknown) => listener({ data }));
  },
});

const { utilityEntry } = (workerData ?? {}) as { utilityEntry?: string };
if (!isMainThread && parentPort !== null && utilityEntry !== undefined) {
  const shell = parentPort;
  const electronParentPort = {
    postMessage: (message: unknown) => shell.postMessage(message),
    on(event: string, listener: (event: { data: unknown; ports: object[] }) => void) {
      shell.on(event, ({ message, ports }: Envelope) =>
        listener({ data: message, ports: ports.map(asElectronPort) }),
      );
    },
  };
  Object.assign(process, { parentPort: electronParentPort });
  await import(utilityEntry);
}

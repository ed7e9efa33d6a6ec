/** Starts programs that write a database (store-writer.ts), kills them, and checks what they leave. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished } from 'vitest';
import { openStore } from '../../src-main/store/open.ts';
import { storeEvent, textAfter } from './store-events.ts';
import { storeFinishedRun } from './stored-runs.ts';

const program = fileURLToPath(new URL('store-writer.ts', import.meta.url));

export interface Writer {
  /** What it has told so far: the run's id, and how many events are stored. */
  told: { runId: string | null; events: number };
  /** Resolves when it has told of so many events, or has ended. */
  hasWritten(events: number): Promise<void>;
  kill(): Promise<void>;
  /** Resolves to its exit code when it has ended and everything it told has been read. */
  ended: Promise<number | null>;
}

export function startWriter(path: string, events: number): Writer {
  const child = spawn(process.execPath, [program, path, String(events)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const told: Writer['told'] = { runId: null, events: 0 };
  const waiting: { events: number; resolve: () => void }[] = [];
  const wake = (all: boolean) => {
    for (const { events: wanted, resolve } of waiting) {
      if (all || told.events >= wanted) resolve();
    }
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (told.runId === null) told.runId = line;
    else told.events = Number(line) + 1;
    wake(false);
  });
  const ended = once(child, 'close').then(() => {
    wake(true);
    return child.exitCode;
  });
  return {
    told,
    hasWritten: (wanted) =>
      new Promise((resolve) => {
        waiting.push({ events: wanted, resolve });
        wake(child.exitCode !== null);
      }),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    ended,
  };
}

/** Opens what a killed writer left: whole, with every event that it told of, and fit for the next run. */
export async function expectIntact(path: string, { told }: Writer): Promise<void> {
  const database = new Sqlite(path);
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(database.pragma('foreign_key_check')).toEqual([]);
  database.close();

  const store = await openStore(path);
  const marked = store.markInterruptedRuns();
  if (told.runId !== null) {
    expect(marked).toContain(told.runId);
    const lane = store.getRun(told.runId)?.lanes[0];
    const stored = lane?.events ?? [];
    expect(stored.length).toBeGreaterThanOrEqual(told.events);
    expect(stored).toEqual(stored.map((_, n) => storeEvent(n)));
    expect(lane?.status).toBe('interrupted');
    const pieces = stored.filter(({ type }) => type === 'advanced').length;
    expect(lane?.tokensGenerated).toBe(pieces * 16 * 3);
    expect(lane?.candidates.map(({ text }) => text)).toEqual(
      Array.from({ length: 16 }, (_, index) => textAfter(index, pieces)),
    );
  }
  expect(store.getRun(storeFinishedRun(store))?.status).toBe('done');
  store.close();
}

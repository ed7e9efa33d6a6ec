/**
 * What Winnow did, as JSON lines in the data folder, for finding faults. A line holds a time, a level, an event of a
 * closed list, and that event's numbers and names of closed lists. No field is free text, so no prompt and no answer can
 * get in: the types do not let them.
 */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorCode } from '../contract/errors.ts';
import type { RunStatus, StrategyName } from '../contract/events.ts';
import type { ExportKind } from '../contract/exports.ts';

/** Every event that can be logged, with its fields. */
export interface LogEvents {
  'runs-interrupted': { count: number };
  /** The engine's process ended without being told to; both are null where it could not be started. */
  'engine-died': { exitCode: number | null; signal: NodeJS.Signals | null };
  /** The window's core ended without being told to; null where it could not be started. */
  'core-died': { exitCode: number | null };
  'run-started': { lanes: number; maxTokens: number; budgetBytes: number };
  'lane-ended': { strategy: StrategyName; status: RunStatus };
  'run-ended': { status: RunStatus; wallMs: number };
  'export-written': { what: ExportKind; rows: number };
  'error-happened': { code: ErrorCode };
}

export type LogEvent = keyof LogEvents;
export type LogLevel = 'info' | 'warning' | 'error';

export interface Log {
  /** Adds a line. It never throws: a full disk must not end a run because of its log. */
  write<Event extends LogEvent>(level: LogLevel, event: Event, fields: LogEvents[Event]): void;
}

export interface LogOptions {
  /** A file that has grown to this is put aside. */
  maxBytes?: number;
  /** How many files are kept beside the present one. */
  keptFiles?: number;
  now?: () => Date;
}

const defaults = { maxBytes: 1_000_000, keptFiles: 3, now: () => new Date() };

/** The log in `folder`: `winnow.log` and, older, `winnow.1.log`, `winnow.2.log` … Several processes may share it. */
export function openLog(folder: string, options: LogOptions = {}): Log {
  const { maxBytes, keptFiles, now } = { ...defaults, ...options };
  const file = (age: number) => join(folder, age === 0 ? 'winnow.log' : `winnow.${age}.log`);

  function rotate(): void {
    if ((statSync(file(0), { throwIfNoEntry: false })?.size ?? 0) < maxBytes) return;
    for (let age = keptFiles - 1; age >= 0; age -= 1) {
      if (statSync(file(age), { throwIfNoEntry: false })) renameSync(file(age), file(age + 1));
    }
  }

  return {
    write(level, event, fields) {
      const line = JSON.stringify({ time: now().toISOString(), level, event, ...fields });
      try {
        mkdirSync(folder, { recursive: true });
        rotate();
        appendFileSync(file(0), `${line}\n`);
      } catch {
        // The log is a convenience; the run is not.
      }
    },
  };
}

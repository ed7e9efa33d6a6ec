/** Where the command line reads and writes, so that a test can hold both ends. */
import type { Readable } from 'node:stream';

export interface TerminalIo {
  /** Results. With --json, one JSON document and nothing else. */
  out(text: string): void;
  /** Progress and errors. */
  err(text: string): void;
  /** Progress may redraw its lines (a person watches a terminal). */
  interactive: boolean;
  /** Width of the terminal that results go to, in characters. */
  columns: number;
  /** Width of the terminal that progress goes to, in characters. */
  progressColumns: number;
  /** What is piped in, as it comes. */
  readInput(): Readable;
  /** Aborted by Ctrl+C. */
  signal: AbortSignal;
}

export const exitCodes = { done: 0, failed: 1, usage: 2, cancelled: 130 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

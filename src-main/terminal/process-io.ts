/** The real terminal: this process's streams and signals. */
import type { TerminalIo } from './io.ts';

/** Width of a file, or of a terminal that does not say. */
const usualColumns = 100;

/** Ctrl+C aborts the signal once; a second one ends the process at once. */
export function processIo(): TerminalIo {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // A reader that closes the pipe early (`| head`) is no fault.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  return {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(line),
    interactive: process.stderr.isTTY,
    columns: process.stdout.columns || usualColumns,
    progressColumns: process.stderr.columns || usualColumns,
    readInput: () => process.stdin,
    signal: controller.signal,
  };
}

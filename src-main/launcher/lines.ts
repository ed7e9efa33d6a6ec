/** Says whole lines on the terminal, and shows beneath them how far something is. */
import { WinnowError } from '../contract/errors.ts';

export interface Lines {
  say: (text: string) => void;
  /** Replaces itself with each call; only a terminal gets it. */
  progress: (text: string) => void;
}

export interface LineStream {
  isTTY?: boolean;
  write(text: string): unknown;
}

const clearLine = '\r\u001b[K';

export function createLines(stream: LineStream): Lines {
  let pending = false;
  return {
    say(text) {
      stream.write(`${pending ? clearLine : ''}${text}\n`);
      pending = false;
    },
    progress(text) {
      if (stream.isTTY !== true) return;
      stream.write(`${clearLine}${text}`);
      pending = true;
    },
  };
}

/** What is said about a fault that ends the program. */
export function faultText(error: unknown): string {
  if (error instanceof WinnowError) return `${error.message}\n${error.help}`;
  return `Winnow could not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

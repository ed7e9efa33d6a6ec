/** Reads the words after `npm start --` and `npm run serve --`. */
import { parseArgs } from 'node:util';
import { WinnowError } from '../contract/errors.ts';

export const commands = ['start', 'serve'] as const;
export type Command = (typeof commands)[number];

export interface LaunchOptions {
  command: Command;
  /** null: the usual one, or another where that is taken. */
  port: number | null;
  /** null: where there is a display. */
  open: boolean | null;
  help: boolean;
}

export const usageText = `Usage: npm start                 opens Winnow in a window, or in the browser where there is no window
       npm run serve -- OPTIONS  serves Winnow to browsers on this computer

  --port NUMBER   the port to serve on; 0: any free one
  --open          opens the browser, also where no display is seen
  --no-open       prints the address only: on a computer that others use at the same time
  --help          this text`;

/** The first word may be the command; without one it is `serve`. Throws usage. */
export function readOptions(words: string[]): LaunchOptions {
  const [first, ...rest] = words;
  const command = commands.find((name) => name === first);
  const { port, open, help } = parsed(command === undefined ? words : rest);
  return {
    command: command ?? 'serve',
    port: port === undefined ? null : readPort(port),
    open: open ?? null,
    help: help ?? false,
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: 'string' },
        open: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
      allowNegative: true,
      strict: true,
    }).values;
  } catch {
    throw usage(`Winnow does not understand "${args.join(' ')}".`);
  }
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw usage(`"${text}" is no port.`);
}

const usage = (message: string): WinnowError =>
  new WinnowError(
    'usage',
    message,
    'The options are --port NUMBER (up to 65535; 0: any free one), --open and --no-open.',
  );

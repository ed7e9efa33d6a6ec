/** The real command line over tiny models, with both ends in a test's hands; and the same as a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { StoppableEngine } from '../../src-main/core/engine.ts';
import { openStore } from '../../src-main/store/open.ts';
import { runCommandLine } from '../../src-main/terminal/commands.ts';
import { makeApplication, type Workplace } from './whole-application.ts';

export interface Said {
  code: number;
  out: string;
  err: string;
}

export interface CommandLineOptions {
  /** The engine that all commands share; closing the application leaves it running. */
  engine: StoppableEngine;
  columns?: number;
  input?: string | Uint8Array;
  signal?: AbortSignal;
}

/** Runs one command in this process, with the workplace's models as the built-in ones. */
export async function say(
  workplace: Workplace,
  words: string[],
  { engine, columns = 100, input = '', signal }: CommandLineOptions,
): Promise<Said> {
  const said = { out: '', err: '' };
  const io = {
    out: (text: string) => void (said.out += `${text}\n`),
    err: (text: string) => void (said.err += text),
    interactive: false,
    columns,
    progressColumns: columns,
    readInput: () => Readable.from([Buffer.from(input)]),
    signal: signal ?? new AbortController().signal,
  };
  const code = await runCommandLine(words, io, {
    builtInModels: workplace,
    benchmarkEntry: join(workplace.folder, 'no-benchmark.ts'),
    dataRoot: workplace.folder,
    databaseFile: join(workplace.folder, 'usual.db'),
    openApplication(database = 'usual.db') {
      const openItsStore = () => openStore(resolve(workplace.folder, database));
      return makeApplication(workplace, openItsStore, keptRunning(engine));
    },
  });
  return { code, ...said };
}

function keptRunning(engine: StoppableEngine): StoppableEngine {
  return new Proxy(engine, {
    get(target, name) {
      if (name === 'close') return () => undefined;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

const launcher = fileURLToPath(new URL('../../src-main/launch.js', import.meta.url));

export interface WinnowProcess {
  child: ChildProcess;
  ended: Promise<Said & { signal: NodeJS.Signals | null }>;
}

/** Starts `winnow` as a process of its own, its data in a folder of the workplace. */
export function startWinnow(
  { folder }: Pick<Workplace, 'folder'>,
  words: string[],
  /** A process group of its own, so that a test can signal all of it as a terminal does. */
  { ownGroup = false } = {},
): WinnowProcess {
  const child = spawn(process.execPath, [launcher, ...words], {
    env: { ...process.env, WINNOW_DATA: join(folder, 'data') },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: ownGroup,
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const ended = new Promise<Said & { signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code: code ?? -1, signal, ...said }));
  });
  return { child, ended };
}

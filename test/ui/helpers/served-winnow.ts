/** A served Winnow as a person starts it, in a process and with a data folder of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Preferences } from '../../../src-main/contract/preferences.ts';
import { dataFolder, makeDataFolder, type DataFolder } from '../../../src-main/core/data-folder.ts';
import { openStore } from '../../../src-main/store/open.ts';

const entry = fileURLToPath(new URL('../../../src-main/serve.ts', import.meta.url));

export interface ServedWinnow {
  /** With the token that lets one browser in. */
  address: string;
  /** The address without it. */
  origin: string;
  pid: number;
  folder: DataFolder;
  /** Ends it as a crash of the computer would: nothing is said to anybody. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** What a Winnow finds in its data folder when it starts. */
export interface Remembered {
  /** What a person has chosen before. The first page is then not the welcome, unless it says so. */
  preferences?: Partial<Preferences>;
  /** A database to begin with, which is copied. */
  database?: string;
}

/** Starts it and waits for its address. */
export async function serveWinnow(options: Remembered = {}): Promise<ServedWinnow> {
  const root = mkdtempSync(join(tmpdir(), 'winnow-pages-'));
  const environment = { ...process.env, WINNOW_DATA: root };
  const folder = dataFolder({ platform: process.platform, environment, home: root });
  await remember(folder, options);
  const child = spawn(process.execPath, [entry, '--no-open', '--port', '0'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  const address = await addressOf(child);
  return {
    address,
    origin: new URL(address).origin,
    pid: child.pid ?? 0,
    folder,
    kill: () => end('SIGKILL'),
    async close() {
      await end('SIGTERM');
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Fills a data folder before the start. */
export async function remember(
  folder: DataFolder,
  { preferences = {}, database }: Remembered,
): Promise<void> {
  makeDataFolder(folder);
  if (database !== undefined) copyFileSync(database, folder.database);
  const store = await openStore(folder.database);
  store.writePreferences({ welcomed: true, ...preferences });
  store.close();
}

/** Reads its output up to the address with the token; the rest is read and thrown away, so that it never blocks. */
async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('its output is not piped');
  const lines = createInterface({ input: child.stdout });
  const found = new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      const [address] = /http:\/\/\S+\?token=\S+/.exec(line) ?? [];
      if (address !== undefined) resolve(address);
    });
  });
  const died = once(child, 'exit').then(([code]) => {
    throw new Error(`the served Winnow ended with ${String(code)} before it gave its address`);
  });
  return Promise.race([found, died]);
}

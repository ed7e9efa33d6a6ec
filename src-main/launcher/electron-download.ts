/**
 * Fetches Electron's program through the `electron` package's own installer, and gives up where nothing comes. The installer
 * says nothing in its first half minute, but it writes what arrives into the system's temporary folder: it gets one of its
 * own, and what grows there is seen.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type DownloadEnd = 'done' | 'failed' | 'silent' | 'stalled' | 'stopped';

export interface DownloadOptions {
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  /** How long to wait for the first byte. */
  beginWithin?: number;
  /** How long to wait for another one later. */
  goOnWithin?: number;
  onBytes?: (bytes: number) => void;
}

const lookEvery = 100;

/** Runs the installer of the `electron` package in this folder until it ends, or nothing comes from it any more. */
export async function downloadElectron(
  electronFolder: string,
  options: DownloadOptions,
): Promise<DownloadEnd> {
  const installer = join(electronFolder, 'install.js');
  if (!existsSync(installer)) return 'failed';
  const temporary = await mkdtemp(join(tmpdir(), 'winnow-electron-'));
  try {
    const child = spawn(process.execPath, [installer], {
      stdio: 'ignore',
      env: {
        ...options.env,
        ...{ TMPDIR: temporary, TMP: temporary, TEMP: temporary },
        // Node's own fetch uses the person's proxy only when it is told to.
        NODE_USE_ENV_PROXY: '1',
      },
    });
    return await watch(child, [temporary, join(electronFolder, 'dist')], options);
  } finally {
    // On Windows a file may be in use a moment longer. What stays is the system's to remove, and no reason to fail.
    await rm(temporary, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
  }
}

/** Waits for the child's end, and ends it where what lies in the folders does not change. */
async function watch(
  child: ChildProcess,
  folders: string[],
  { signal, beginWithin = 5_000, goOnWithin = 30_000, onBytes }: DownloadOptions,
): Promise<DownloadEnd> {
  const ended: Promise<DownloadEnd> = once(child, 'exit').then(
    ([code]) => (code === 0 ? 'done' : 'failed'),
    () => 'failed',
  );
  const countAll = async (): Promise<number> =>
    (await Promise.all(folders.map(bytesUnder))).reduce((sum, bytes) => sum + bytes, 0);
  const before = await countAll();
  let last = before;
  let begun = false;
  let changedAt = performance.now();
  for (;;) {
    const end = await Promise.race([ended, pause(lookEvery)]);
    if (end !== null) return end;
    const bytes = await countAll();
    if (bytes !== last) {
      begun = true;
      changedAt = performance.now();
      last = bytes;
      onBytes?.(Math.max(0, bytes - before));
    }
    const tooLong = performance.now() - changedAt > (begun ? goOnWithin : beginWithin);
    if (signal.aborted || tooLong) {
      child.kill('SIGKILL');
      await ended;
      return signal.aborted ? 'stopped' : begun ? 'stalled' : 'silent';
    }
  }
}

const pause = (milliseconds: number): Promise<null> =>
  new Promise((resolve) => setTimeout(() => resolve(null), milliseconds));

async function bytesUnder(path: string): Promise<number> {
  const facts = await lstat(path).catch(() => null);
  if (facts === null) return 0;
  if (!facts.isDirectory()) return facts.size;
  const names = await readdir(path).catch(() => []);
  const sizes = await Promise.all(names.map((name) => bytesUnder(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * Keeps the folder of prepared models within its bounds: the least recently used ones go first, and never one that a
 * process has loaded. Each of them can be made again from its model.
 */
import { readdir, readFile, rename, rm, stat, statfs, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { PreparedModel } from '../../contract/prepared-models.ts';
import { WinnowError } from '../../contract/errors.ts';

/** All prepared models together take at most this much, and at most this share of what is free and theirs. */
const preparedLimits = { bytes: 20e9, shareOfDisk: 0.5 };

/** Space that a disk should keep for everything else. */
const spareBytes = 200e6;

/** What a complete folder is described by (prepared-model.ts). */
export const factsFile = 'prepared.json';

/** Processes leave a mark in what they have loaded, named by their id. */
const markOf = (processId: number): string => `in-use-${processId}`;

/** How often this process has each folder loaded. */
const usedHere = new Map<string, number>();

/** Says that this process uses a prepared model from now on, until it is released. */
export async function use(folder: string): Promise<void> {
  usedHere.set(folder, (usedHere.get(folder) ?? 0) + 1);
  await mark(folder);
}

/** Leaves this process's mark, and the time, in a folder that it uses; again where the folder was made anew. */
export async function mark(folder: string): Promise<void> {
  try {
    await writeFile(join(folder, markOf(process.pid)), '');
    const now = new Date();
    await utimes(join(folder, factsFile), now, now);
  } catch {
    // Not there yet, or nobody may write here: then nobody can remove it either.
  }
}

/** Takes one `use` back. */
export async function release(folder: string): Promise<void> {
  const left = (usedHere.get(folder) ?? 0) - 1;
  if (left > 0) usedHere.set(folder, left);
  else {
    usedHere.delete(folder);
    await rm(join(folder, markOf(process.pid)), { force: true }).catch(() => undefined);
  }
}

const factsSchema = v.object({ form: v.string(), name: v.optional(v.string(), 'A model') });
const nothingKnown = { form: 'unknown', name: 'A damaged model' };

/** What the folder of a prepared model, of whatever version, is called (prepared-model.ts). */
const folderName = /^[0-9a-f]{32}-.*-v\d+$/;

interface Listed extends PreparedModel {
  folder: string;
}

/** Every prepared model, the one used last first. */
export async function listPrepared(preparedFolder: string): Promise<PreparedModel[]> {
  return (await list(preparedFolder)).map(({ folder, ...model }) => {
    void folder;
    return model;
  });
}

async function list(preparedFolder: string): Promise<Listed[]> {
  const names = await readdir(preparedFolder).catch(() => []);
  const folders = names.filter((name) => folderName.test(name));
  const found = await Promise.all(folders.map((name) => describe(join(preparedFolder, name))));
  return found.flat().sort((one, other) => other.lastUsedAt.localeCompare(one.lastUsedAt));
}

/** Nothing where the folder is gone by now. */
async function describe(folder: string): Promise<Listed[]> {
  try {
    const file = join(folder, factsFile);
    const facts = await readFile(file, 'utf8')
      .then(
        (text) => v.parse(factsSchema, JSON.parse(text)),
        () => nothingKnown,
      )
      .catch(() => nothingKnown);
    const { mtime } = await stat(file).catch(() => stat(folder));
    return [{ folder, ...facts, lastUsedAt: mtime.toISOString(), ...(await measure(folder)) }];
  } catch {
    return [];
  }
}

async function measure(folder: string): Promise<{ bytes: number; inUse: boolean }> {
  let bytes = 0;
  let inUse = false;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const user = /^in-use-(\d+)$/.exec(name)?.[1];
    if (user === undefined) bytes += (await stat(path)).size;
    else if (isRunning(Number(user))) inUse = true;
    else await rm(path, { force: true }).catch(() => undefined);
  }
  return { bytes, inUse };
}

/** Removes every prepared model that no process uses. Returns those that are left. */
export async function clearPrepared(preparedFolder: string): Promise<PreparedModel[]> {
  for (const model of await list(preparedFolder)) {
    if (!model.inUse) await remove(model.folder);
  }
  return listPrepared(preparedFolder);
}

/**
 * Makes room for a model that is about to be prepared.
 * @param bytes what it will take on the disk
 * @throws WinnowError prepare-failed where the disk is too full for it
 */
export async function makeRoom(
  preparedFolder: string,
  bytes: number,
  limits = preparedLimits,
): Promise<void> {
  const models = await list(preparedFolder);
  let used = models.reduce((sum, model) => sum + model.bytes, 0);
  let free = await freeBytes(preparedFolder);
  const most = Math.min(limits.bytes, limits.shareOfDisk * (free + used));
  for (const model of models.toReversed()) {
    if (used + bytes <= most && free >= bytes + spareBytes) return;
    if (model.inUse || !(await remove(model.folder))) continue;
    used -= model.bytes;
    free += model.bytes;
  }
  if (free < bytes + spareBytes) throw diskTooFull(bytes + spareBytes, free);
}

/**
 * Removes a folder. It is renamed first, so that nobody meets half of it; who has begun to use it meanwhile keeps it.
 * @returns whether it is gone
 */
async function remove(folder: string): Promise<boolean> {
  const leaving = `${folder}.partial-${process.pid}-${Date.now()}`;
  try {
    await rename(folder, leaving);
    if ((await measure(leaving)).inUse) {
      await rename(leaving, folder);
      return false;
    }
    await rm(leaving, { recursive: true, force: true });
    return true;
  } catch {
    // What another process still has open may refuse.
    return false;
  }
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Whether a process of that id exists. */
export function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function diskTooFull(needed: number, free: number): WinnowError {
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  return new WinnowError(
    'prepare-failed',
    `Preparing this model takes about ${gigabytes(needed)} on the disk, and ${gigabytes(free)} are free.`,
    'Free some space on the disk, then try again.',
    { neededBytes: needed, freeBytes: free },
  );
}

/** Where an export may not go: onto a database. */
import { open, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { WinnowError } from '../../contract/errors.ts';

/** Every SQLite database begins with this (sqlite.org/fileformat.html, 1.3). */
const databaseBeginning = 'SQLite format 3\0';
/** SQLite's own files beside a database. */
const companions = ['', '-wal', '-shm', '-journal'];

/**
 * Refuses a target that would replace the open database, a file that belongs to it, or any other database.
 * @throws WinnowError `file-failed`
 */
export async function refuseDatabase(target: string, openDatabase: string): Promise<void> {
  const place = await realPlace(target);
  const database = await realPlace(openDatabase);
  const isInUse = companions.some((ending) => place === database + ending);
  if (isInUse || (await isSameFile(target, openDatabase)) || (await isDatabase(target)))
    throw new WinnowError(
      'file-failed',
      `${target} holds stored runs: an export there would destroy them.`,
      'Choose another name for the export, such as one that ends in .csv.',
    );
}

/** The path without links; of a file that is not there yet, that of its folder with its name. */
async function realPlace(path: string): Promise<string> {
  const whole = resolve(path);
  const folder = await realpath(dirname(whole)).catch(() => dirname(whole));
  return realpath(whole).catch(() => join(folder, basename(whole)));
}

/** One file can have two names, as where capital letters make no difference. */
async function isSameFile(one: string, other: string): Promise<boolean> {
  const first = await stat(one, { bigint: true }).catch(() => null);
  const second = await stat(other, { bigint: true }).catch(() => null);
  if (first === null || second === null) return false;
  return first.dev === second.dev && first.ino === second.ino;
}

async function isDatabase(path: string): Promise<boolean> {
  // A pipe or a device is no database, and reading it could wait for ever.
  if (!(await stat(path).catch(() => null))?.isFile()) return false;
  const file = await open(path).catch(() => null);
  if (file === null) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(databaseBeginning.length), 0);
    return buffer.toString('latin1', 0, bytesRead) === databaseBeginning;
  } catch {
    return false;
  } finally {
    await file.close();
  }
}

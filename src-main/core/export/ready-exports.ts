/**
 * Exports that lie ready in the data folder, each in a folder of its own, until the shell has saved them or the browser
 * has downloaded them.
 */
import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { WinnowError } from '../../contract/errors.ts';
import type { ReadyExport } from '../../contract/exports.ts';
import type { MethodParameters } from '../../contract/methods.ts';
import { exportCsv, type ExportRequest } from './export-csv.ts';
import { exportFileName } from './local-time.ts';

const keptMs = 24 * 60 * 60 * 1000;

/** What an id looks like; nothing else ever becomes part of a path. */
const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

/**
 * Writes an export into the folder.
 * @param folder `exports` of the data folder
 * @throws run-not-found, file-failed, and what a store throws; then nothing is left behind
 */
export async function createReadyExport(
  store: ExportRequest['store'],
  folder: string,
  { what, scope, format }: MethodParameters['exports.create'],
  now = new Date(),
): Promise<ReadyExport> {
  const id = randomUUID();
  const place = join(folder, id);
  const fileName = exportFileName(what, now);
  await makeFolder(place);
  try {
    const written = await exportCsv({ store, what, scope, format, file: join(place, fileName) });
    const { file, ...facts } = written;
    return { id, fileName, bytes: (await stat(file)).size, ...facts };
  } catch (error) {
    await remove(place);
    throw error;
  }
}

/**
 * Where a ready export lies, and what to call it. Whatever the id is, the path is that of a file in the folder.
 * @throws file-failed where there is none of this id
 */
export async function readyExportFile(
  folder: string,
  id: string,
): Promise<{ path: string; fileName: string }> {
  if (!isId(id)) throw noLongerThere();
  const place = join(folder, id);
  const names = await readdir(place).catch(() => []);
  const fileName = names.find((name) => name.endsWith('.csv'));
  if (fileName === undefined) throw noLongerThere();
  const path = join(place, fileName);
  const isFile = await lstat(path).then(
    (facts) => facts.isFile(),
    () => false,
  );
  if (!isFile) throw noLongerThere();
  return { path, fileName };
}

/** Removes a ready export that is needed no more. What is not there, or cannot be removed, is no fault. */
export async function removeReadyExport(folder: string, id: string): Promise<void> {
  if (isId(id)) await remove(join(folder, id));
}

/** Removes the exports that were written more than a day ago. What cannot be removed stays. */
export async function removeOldExports(folder: string, now = new Date()): Promise<void> {
  const ids = (await readdir(folder).catch(() => [])).filter(isId);
  for (const id of ids) {
    const place = join(folder, id);
    const facts = await lstat(place).catch(() => null);
    if (facts === null || now.getTime() - facts.mtimeMs < keptMs) continue;
    await remove(place);
  }
}

const remove = (place: string): Promise<void> =>
  rm(place, { recursive: true, force: true }).catch(() => undefined);

async function makeFolder(place: string): Promise<void> {
  try {
    await mkdir(place, { mode: 0o700 });
  } catch (cause) {
    throw new WinnowError(
      'file-failed',
      `The export could not be written to ${place}.`,
      'Check that the disk is not full and that you may write there, then export again.',
      {},
      { cause },
    );
  }
}

const noLongerThere = () =>
  new WinnowError('file-failed', 'This export is no longer there.', 'Export again.');

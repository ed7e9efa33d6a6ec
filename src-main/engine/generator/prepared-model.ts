/**
 * Prepared models on the disk: graph and weights in a folder of their own, named by what they were made from. A folder
 * appears under its name only when it is complete, and is checked every time it is used.
 */
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import * as v from 'valibot';
import { WinnowError } from '../../contract/errors.ts';
import { factsFile, isRunning, makeRoom, mark, release, use } from './prepared-cache.ts';

/** Raised whenever what is prepared from the same model changes, so that older folders are not used any more. */
export const builderVersion = 4;

export const graphFile = 'model.onnx';
/** The plain graph of step-reference.ts; the weights are shared. */
export const stepGraphFile = 'step.onnx';
/** A graph for graphics cards that writes so many tokens per run (devices/decode-paths.ts); the weights are shared. */
export const deviceGraphFile = (steps: number): string => `device-${steps}.onnx`;
export const weightsFile = 'weights.bin';

const factsSchema = v.object({
  builderVersion: v.literal(builderVersion),
  contentHash: v.string(),
  form: v.string(),
  /** For people who look at what is there. */
  name: v.optional(v.string()),
  files: v.record(v.string(), v.object({ size: v.number(), checksum: v.number() })),
});

/** What a prepared model is made from. */
export interface PreparedKey {
  contentHash: string;
  form: string;
}

/** What is made of it. */
export interface PreparedParts extends PreparedKey {
  /** The model's name. */
  name?: string;
  /** What it will take on the disk, roughly: so much is made free before it is built. */
  bytes?: number;
}

/**
 * The folder of a prepared model. Made by `build` where there is none yet or where the one there is damaged. It counts as
 * used from then on: whoever has loaded it calls `release` (prepared-cache.ts) in the end.
 * @param build writes graph and weights into the (temporary) folder it is given
 * @throws prepare-failed, and whatever `build` throws
 */
export async function preparedModel(
  preparedFolder: string,
  { name: modelName, bytes = 0, ...key }: PreparedParts,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(preparedFolder, `${stemOf(key)}${builderVersion}`);
  // Before it is looked at: nobody may remove it between the look and its use.
  await use(folder);
  if (await isWhole(folder, key)) return folder;
  try {
    await mkdir(preparedFolder, { recursive: true });
    await removeLeftOvers(preparedFolder, stemOf(key));
    await makeRoom(preparedFolder, bytes);
    const partial = `${folder}.partial-${process.pid}-${Date.now()}`;
    await mkdir(partial);
    try {
      await build(partial);
      const facts = { ...(await describe(partial, key)), name: modelName };
      await writeFile(join(partial, factsFile), JSON.stringify(facts));
      await publish(partial, folder, key);
      await mark(folder);
      return folder;
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  } catch (error) {
    await release(folder);
    throw error instanceof WinnowError ? error : prepareFailed(error);
  }
}

const stemOf = ({ contentHash, form }: PreparedKey): string =>
  `${contentHash.slice(0, 32)}-${form}-v`;

/** Moves the finished folder to its place. Another process may have been faster: then its folder is used. */
async function publish(partial: string, folder: string, key: PreparedKey): Promise<void> {
  if (await isWhole(folder, key)) return;
  await rm(folder, { recursive: true, force: true });
  try {
    await rename(partial, folder);
  } catch (error) {
    if (!(await isWhole(folder, key))) throw error;
  }
}

async function isWhole(folder: string, key: PreparedKey): Promise<boolean> {
  try {
    const parsed: unknown = JSON.parse(await readFile(join(folder, factsFile), 'utf8'));
    const facts = v.parse(factsSchema, parsed);
    if (facts.contentHash !== key.contentHash || facts.form !== key.form) return false;
    for (const [file, { size, checksum }] of Object.entries(facts.files)) {
      if ((await stat(join(folder, file))).size !== size) return false;
      if ((await checksumOf(join(folder, file))) !== checksum) return false;
    }
    return true;
  } catch {
    return false;
  }
}

async function describe(
  folder: string,
  key: PreparedKey,
): Promise<v.InferOutput<typeof factsSchema>> {
  const files: Record<string, { size: number; checksum: number }> = {};
  for (const file of await readdir(folder)) {
    const { size } = await stat(join(folder, file));
    files[file] = { size, checksum: await checksumOf(join(folder, file)) };
  }
  return { builderVersion, ...key, files };
}

/** CRC-32 finds what goes wrong by accident, at the speed of reading. */
async function checksumOf(path: string): Promise<number> {
  let checksum = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 22 })) {
    checksum = crc32(chunk as Buffer, checksum);
  }
  return checksum;
}

/** Removes what processes that are gone left unfinished, and what older versions made of the same model. */
async function removeLeftOvers(preparedFolder: string, stem: string): Promise<void> {
  for (const name of await readdir(preparedFolder)) {
    const owner = /\.partial-(\d+)-\d+$/.exec(name)?.[1];
    const abandoned = owner !== undefined && !isRunning(Number(owner));
    const older = name.startsWith(stem) && Number(name.slice(stem.length)) < builderVersion;
    if (!abandoned && !older) continue;
    // What another process still has open may refuse; the next preparation tries again.
    await rm(join(preparedFolder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function prepareFailed(cause: unknown): WinnowError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const full = code === 'ENOSPC';
  return new WinnowError(
    'prepare-failed',
    full
      ? 'The model could not be prepared, because the disk is full.'
      : 'The model could not be prepared for use.',
    full
      ? 'Free some space on the disk, then try again. Preparing a model takes up to eight times the size of its file.'
      : 'Check that Winnow may write into its data folder, then try again.',
    { cause: cause instanceof Error ? cause.message : String(cause) },
    { cause },
  );
}

/** Writes a file whole or not at all: into a temporary file beside it, onto the disk, then under its name. */
import { randomUUID } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { WinnowError } from '../../contract/errors.ts';

/** Characters that are written at once; between two writes the process can do other things. */
const chunkCharacters = 65_536;

/**
 * Streams texts into a file. What was at `file` before stays until the new one is complete.
 * @throws WinnowError `file-failed` where it cannot be written, `cancelled` where the signal says so
 */
export async function writeFileWhole(
  file: string,
  texts: Iterable<string>,
  signal?: AbortSignal,
): Promise<void> {
  const target = resolve(file);
  const unfinished = join(dirname(target), `.winnow-${randomUUID()}.tmp`);
  try {
    const handle = await open(unfinished, 'wx').catch(rethrowFor(target));
    try {
      await writeChunks(handle, target, texts, signal);
      await handle.sync().catch(rethrowFor(target));
    } finally {
      await handle.close();
    }
    await rename(unfinished, target).catch(rethrowFor(target));
  } finally {
    await rm(unfinished, { force: true }).catch(() => undefined);
  }
}

async function writeChunks(
  handle: FileHandle,
  target: string,
  texts: Iterable<string>,
  signal?: AbortSignal,
): Promise<void> {
  let chunk = '';
  const writeChunk = () => handle.writeFile(chunk, 'utf8').catch(rethrowFor(target));
  for (const text of texts) {
    chunk += text;
    if (chunk.length < chunkCharacters) continue;
    await writeChunk();
    chunk = '';
    if (signal?.aborted) throw cancelled();
  }
  await writeChunk();
  if (signal?.aborted) throw cancelled();
}

const cancelled = () =>
  new WinnowError('cancelled', 'The export was stopped.', 'Nothing was written. Start it again.');

const rethrowFor =
  (file: string) =>
  (error: unknown): never => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new WinnowError(
      'file-failed',
      `${file} could not be written${reasons[code] ?? ''}.`,
      'Choose another place, make its folder first, free some space, or close the file in other programs.',
      { cause: code },
      { cause: error },
    );
  };

const reasons: Record<string, string | undefined> = {
  ENOENT: ': its folder does not exist',
  ENOTDIR: ': its folder is not a folder',
  EISDIR: ': it is a folder',
  EACCES: ': you may not write there',
  EPERM: ': you may not write there, or another program has it open',
  EBUSY: ': another program has it open',
  EROFS: ': this disk can only be read',
  ENOSPC: ': the disk is full',
  ENAMETOOLONG: ': its name is too long',
};

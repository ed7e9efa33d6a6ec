import { open, stat, type FileHandle } from 'node:fs/promises';
import { WinnowError } from '../../contract/errors.ts';
import { notGguf, truncated } from './faults.ts';
import { readHeader } from './header.ts';
import type { GgufFile, GgufTensor } from './types.ts';

/** One read call cannot take more than 2 GiB. */
const longestRead = 1 << 30;

/**
 * Opens a GGUF file and checks its header; no tensor data is read yet. Whoever opens it closes it.
 * @throws model-not-found, model-unreadable and the errors of readHeader.
 */
export async function openGgufFile(path: string): Promise<GgufFile> {
  const handle = await openPlainFile(path);
  try {
    const { size } = await handle.stat();
    const { version, metadata, tensors } = readHeader(handle.fd, size);
    return {
      path,
      sizeBytes: size,
      version,
      metadata,
      tensors,
      read: (tensor) => readTensor(handle, tensor),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error instanceof WinnowError ? error : unreadable(error);
  }
}

async function openPlainFile(path: string): Promise<FileHandle> {
  try {
    // Opening a pipe would wait for its other end, so what it is comes first.
    const facts = await stat(path);
    if (facts.isDirectory()) throw folderInstead(path);
    if (!facts.isFile()) throw notGguf({ reason: 'not a file' });
    return await open(path, 'r');
  } catch (error) {
    if (error instanceof WinnowError) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw unreadable(error);
    throw new WinnowError(
      'model-not-found',
      `There is no model file at ${path}.`,
      'Check the path. The file may have been moved, renamed or deleted.',
      {},
      { cause: error },
    );
  }
}

async function readTensor(handle: FileHandle, tensor: GgufTensor): Promise<Uint8Array> {
  const bytes = new Uint8Array(tensor.byteLength);
  for (let filled = 0; filled < bytes.length;) {
    const length = Math.min(bytes.length - filled, longestRead);
    const { bytesRead } = await handle
      .read(bytes, filled, length, tensor.offset + filled)
      .catch((error: unknown) => {
        throw unreadable(error);
      });
    // The file was whole when it was opened, so it has been cut since.
    if (bytesRead === 0) throw truncated({ tensor: tensor.name });
    filled += bytesRead;
  }
  return bytes;
}

function unreadable(cause: unknown): WinnowError {
  return new WinnowError(
    'model-unreadable',
    'The model file cannot be read.',
    'Check that you may read the file and that its disk is connected.',
    { cause: cause instanceof Error ? cause.message : String(cause) },
    { cause },
  );
}

function folderInstead(path: string): WinnowError {
  return new WinnowError(
    'model-not-gguf',
    `What lies at ${path} is a folder, not a model file.`,
    'Name the file inside it that ends in .gguf.',
    { reason: 'a folder' },
  );
}

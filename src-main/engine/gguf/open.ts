import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { WinnowError } from '../../contract/errors.ts';
import { notGguf, truncated } from './faults.ts';
import { readHeader, type GgufHeader } from './header.ts';
import { checkParts, partMissing, partPaths } from './split-files.ts';
import type { GgufFile, GgufTensor } from './types.ts';

/** One read call cannot take more than 2 GiB. */
const longestRead = 1 << 30;

/** One file, its header read. */
interface OpenPart {
  path: string;
  sizeBytes: number;
  handle: FileHandle;
  header: GgufHeader;
}

/**
 * Opens a GGUF file and checks its header; no tensor data is read yet. Whoever opens it closes it.
 * @param path where the model is split, any of its parts; all of them are opened
 * @throws model-not-found, model-unreadable and the errors of readHeader.
 */
export async function openGgufFile(path: string): Promise<GgufFile> {
  const named = await openPart(path);
  const opened = [named];
  try {
    const paths = partPaths(path, named.header.metadata) ?? [path];
    const parts: OpenPart[] = [];
    for (const partPath of paths) {
      if (basename(partPath) === basename(path)) parts.push(named);
      else {
        const part = await openPart(partPath).catch((error: unknown) => {
          const missing = error instanceof WinnowError && error.code === 'model-not-found';
          throw missing ? partMissing(partPath, paths.length) : error;
        });
        opened.push(part);
        parts.push(part);
      }
    }
    if (parts.length > 1) checkParts(parts.map(({ header }) => header));
    return joined(parts, named);
  } catch (error) {
    for (const { handle } of opened) await handle.close();
    throw error;
  }
}

/** The parts as one model. */
function joined(parts: readonly OpenPart[], named: OpenPart): GgufFile {
  const { path, header } = parts[0] ?? named;
  const tensors = new Map<string, GgufTensor>();
  const places = new Map<string, FileHandle>();
  for (const part of parts) {
    for (const [name, tensor] of part.header.tensors) {
      tensors.set(name, tensor);
      places.set(name, part.handle);
    }
  }
  return {
    path,
    files: parts.map((part) => part.path),
    sizeBytes: parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    version: header.version,
    metadata: header.metadata,
    tensors,
    read: (tensor) => readTensor(places.get(tensor.name) ?? named.handle, tensor),
    close: async () => {
      for (const { handle } of parts) await handle.close();
    },
  };
}

async function openPart(path: string): Promise<OpenPart> {
  const handle = await openPlainFile(path);
  try {
    const { size } = await handle.stat();
    return { path, sizeBytes: size, handle, header: readHeader(handle.fd, size) };
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

/** A tensor's stored bytes. Throws model-truncated, model-unreadable. */
export async function readTensor(handle: FileHandle, tensor: GgufTensor): Promise<Uint8Array> {
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

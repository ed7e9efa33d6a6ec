/** What tells two models in folders apart: a hash of every file that decides an answer or a reward. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { WinnowError } from '../../contract/errors.ts';
import { unreadableFile } from './faults.ts';
import type { ModelFolder } from './model-folder.ts';

export interface NamedFile {
  /** In the model's folder: where a file really lies says nothing of the model. */
  name: string;
  path: string;
}

/** What decides an answer besides the weights. */
const describing = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
  'chat_template.json',
];

/**
 * The files of a folder that say how its model is used.
 * @param others names that only some kinds of folders have
 * @throws model-unreadable, model-damaged
 */
export async function describingFiles(
  folder: ModelFolder,
  others: readonly string[] = [],
): Promise<NamedFile[]> {
  const files: NamedFile[] = [];
  for (const name of [...describing, ...others]) {
    const path = await folder.find(name);
    if (path !== null) files.push({ name, path });
  }
  return files;
}

/**
 * SHA-256, in hexadecimal, of the files' names, lengths and contents: one file can neither stand for another, nor give
 * bytes of its own to its neighbour.
 * @param onPart told the fraction that was read; may throw a WinnowError to stop
 * @throws model-unreadable
 */
export async function hashFiles(
  files: readonly NamedFile[],
  onPart: (fraction: number) => void = () => undefined,
): Promise<string> {
  const hash = createHash('sha256');
  const sizes = await Promise.all(files.map(sizeOf));
  const all = sizes.reduce((sum, size) => sum + size, 0);
  let done = 0;
  for (const [place, { name, path }] of files.entries()) {
    hash.update(JSON.stringify([name, sizes[place]]));
    try {
      for await (const chunk of createReadStream(path, { highWaterMark: 1 << 22 })) {
        hash.update(chunk as Buffer);
        done += (chunk as Buffer).length;
        onPart(done / all);
      }
    } catch (error) {
      throw error instanceof WinnowError ? error : unreadableFile(name, error);
    }
  }
  return hash.digest('hex');
}

async function sizeOf({ name, path }: NamedFile): Promise<number> {
  const { size } = await stat(path).catch((error: unknown) => {
    throw unreadableFile(name, error);
  });
  return size;
}

/** Splits a tiny model into several files, as llama.cpp's gguf-split does. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ggufBytes, type GgufEntry, type GgufParts } from './gguf-writer.ts';

/** The first part has all entries; each has its number and its share of the tensors. */
export function splitGguf(whole: GgufParts, count: number): GgufParts[] {
  const share = Math.ceil(whole.tensors.length / count);
  const u32 = (value: number): GgufEntry => ({ kind: 'u32', value });
  return Array.from({ length: count }, (_, part) => ({
    ...whole,
    entries: new Map([
      ...(part === 0 ? whole.entries : []),
      ['split.no', u32(part)],
      ['split.count', u32(count)],
      ['split.tensors.count', u32(whole.tensors.length)],
    ]),
    tensors: whole.tensors.slice(part * share, (part + 1) * share),
  }));
}

/** Writes the parts under the names that lead from one to the other, and returns these paths. */
export async function writeParts(
  folder: string,
  parts: readonly GgufParts[],
  stem = 'tiny',
): Promise<string[]> {
  const digits = (number: number) => String(number).padStart(5, '0');
  const paths: string[] = [];
  for (const [index, part] of parts.entries()) {
    const path = join(folder, `${stem}-${digits(index + 1)}-of-${digits(parts.length)}.gguf`);
    await writeFile(path, ggufBytes(part));
    paths.push(path);
  }
  return paths;
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gguf } from '@huggingface/gguf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dequantise } from '../../../../src-main/engine/gguf/dequantise.ts';
import { openGgufFile } from '../../../../src-main/engine/gguf/open.ts';
import { readNumbers } from '../../../../src-main/engine/gguf/read-numbers.ts';
import type { GgufFile } from '../../../../src-main/engine/gguf/types.ts';
import { builtInGenerator } from '../../../helpers/generator-fixtures.ts';
import { ggufBytes } from '../../../helpers/gguf-writer.ts';
import { tinyGgufParts, writeTinyGguf } from '../../../helpers/tiny-gguf.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-gguf-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The same file as `@huggingface/gguf` reads it. */
async function readWithLibrary(path: string) {
  const { metadata, tensorInfos, tensorDataOffset } = await gguf(path, { allowLocalFile: true });
  const { version, tensor_count, kv_count, ...entries } = metadata as Record<string, unknown>;
  return {
    version,
    counts: [Number(tensor_count), Number(kv_count)],
    entries,
    tensors: tensorInfos.map(({ name, shape, offset }) => ({
      name,
      shape: shape.map(Number).reverse(),
      offset: Number(tensorDataOffset + offset),
    })),
  };
}

function valueOf({ metadata }: GgufFile, key: string): unknown {
  for (const ask of ['text', 'number', 'flag', 'texts', 'numbers'] as const) {
    try {
      return metadata[ask](key);
    } catch {
      // It is of another kind.
    }
  }
  return undefined;
}

describe('openGgufFile', () => {
  it.each(['tiny', 'built-in'])(
    'reads the same of the %s model as @huggingface/gguf',
    async (which) => {
      const path = which === 'tiny' ? await writeTinyGguf(folder) : builtInGenerator;
      const file = await openGgufFile(path);
      const expected = await readWithLibrary(path);
      expect(file.version).toBe(expected.version);
      expect([file.tensors.size, file.metadata.keys().length]).toEqual(expected.counts);
      for (const [key, value] of Object.entries(expected.entries)) {
        expect(valueOf(file, key), key).toEqual(value);
      }
      const tensors = [...file.tensors.values()];
      expect(tensors.map(({ name, shape, offset }) => ({ name, shape, offset }))).toEqual(
        expected.tensors,
      );
      await file.close();
    },
  );

  it('reads a tensor’s bytes as they were written', async () => {
    const path = await writeTinyGguf(folder, { name: 'bytes.gguf', seed: 7 });
    const file = await openGgufFile(path);
    for (const part of tinyGgufParts({ seed: 7 }).tensors) {
      const tensor = file.tensors.get(part.name);
      if (tensor === undefined) throw new Error(`${part.name} is missing`);
      expect(tensor.shape).toEqual(part.shape);
      expect(Buffer.from(await file.read(tensor)).equals(Buffer.from(part.bytes))).toBe(true);
    }
    await file.close();
  });

  it('reads texts that lie across the border of its window', async () => {
    const long = 'é'.repeat(600_000);
    const parts = tinyGgufParts();
    parts.entries.set('general.description', { kind: 'text', value: long });
    parts.entries.set('general.tags', { kind: 'texts', value: [long, 'after'] });
    const path = join(folder, 'long.gguf');
    await writeFile(path, ggufBytes(parts));
    const file = await openGgufFile(path);
    expect(file.metadata.text('general.description')).toBe(long);
    expect(file.metadata.texts('general.tags')).toEqual([long, 'after']);
    expect(file.tensors.size).toBe(parts.tensors.length);
    await file.close();
  });

  it('opens version 2 and other alignments', async () => {
    const parts = { ...tinyGgufParts(), version: 2, alignment: 64 };
    parts.entries.set('general.alignment', { kind: 'u32', value: 64 });
    const path = join(folder, 'aligned.gguf');
    await writeFile(path, ggufBytes(parts));
    const file = await openGgufFile(path);
    const [norm] = parts.tensors.filter(({ name }) => name === 'output_norm.weight');
    const tensor = file.tensors.get('output_norm.weight');
    if (norm === undefined || tensor === undefined) throw new Error('missing');
    expect(dequantise('F32', await file.read(tensor))).toEqual(dequantise('F32', norm.bytes));
    await file.close();
  });
});

describe('readNumbers', () => {
  it('gives a tensor in fp32, and refuses numbers that are not finite', async () => {
    const parts = tinyGgufParts({ type: 'F16' });
    const bad = parts.tensors.find(({ name }) => name === 'blk.1.attn_q.weight');
    bad?.bytes.set([0x00, 0x7e], 20);
    const path = join(folder, 'not-a-number.gguf');
    await writeFile(path, ggufBytes(parts));
    const file = await openGgufFile(path);
    const read = (name: string) => {
      const tensor = file.tensors.get(name);
      if (tensor === undefined) throw new Error(`${name} is missing`);
      return readNumbers(file, tensor);
    };
    expect(await read('blk.0.attn_q.weight')).toHaveLength(32 * 32);
    await expect(read('blk.1.attn_q.weight')).rejects.toMatchObject({ code: 'model-damaged' });
    await file.close();
  });
});

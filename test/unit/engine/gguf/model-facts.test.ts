import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModelFacts } from '../../../../src-main/engine/gguf/model-facts.ts';
import { openGgufFile } from '../../../../src-main/engine/gguf/open.ts';
import type { ModelFacts, TensorType } from '../../../../src-main/engine/gguf/types.ts';
import { architecturePath } from '../../../helpers/architecture-fixtures.ts';
import { builtInGenerator } from '../../../helpers/generator-fixtures.ts';
import { ggufBytes, type GgufParts } from '../../../helpers/gguf-writer.ts';
import { tinyGgufParts, writeTinyGguf } from '../../../helpers/tiny-gguf.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-facts-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function factsOf(path: string): Promise<ModelFacts> {
  const file = await openGgufFile(path);
  try {
    return await readModelFacts(file);
  } finally {
    await file.close();
  }
}

/** Facts of a tiny model in which `change` has changed something. */
async function factsAfter(change: (parts: GgufParts) => void): Promise<ModelFacts> {
  const parts = tinyGgufParts();
  change(parts);
  const path = join(folder, 'changed.gguf');
  await writeFile(path, ggufBytes(parts));
  return factsOf(path);
}

function float32(numbers: number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(numbers).buffer);
}

describe('readModelFacts', () => {
  it('reads the built-in generator', async () => {
    expect(await factsOf(builtInGenerator)).toMatchObject({
      architecture: 'llama',
      licence: 'apache-2.0',
      layers: 30,
      width: 576,
      heads: 9,
      keyValueHeads: 3,
      headSize: 64,
      feedForward: 1536,
      contextLength: 8192,
      vocabularySize: 49152,
      ropeDimension: 64,
      ropes: [{ base: 100_000, divisors: null, magnitude: 1 }],
      tiedOutput: true,
      quantisation: 'Q4_1',
    });
  });

  it.each(['F32', 'F16', 'BF16', 'Q4_0', 'Q4_1', 'Q5_0', 'Q5_1', 'Q8_0'] satisfies TensorType[])(
    'accepts linear layers in %s and names the most common type',
    async (type) => {
      const path = await writeTinyGguf(folder, { type, embeddingType: type, layers: 1 });
      expect((await factsOf(path)).quantisation).toBe(type);
    },
  );

  it.each(['Q4_K', 'Q5_K', 'Q6_K'] satisfies TensorType[])(
    'accepts linear layers in %s',
    async (type) => {
      const path = await writeTinyGguf(folder, { type, width: 256, layers: 1, tied: false });
      expect(await factsOf(path)).toMatchObject({ width: 256, tiedOutput: false });
    },
  );

  it('takes as many key/value heads as heads where the file names none', async () => {
    const path = await writeTinyGguf(folder, { keyValueHeads: 4 });
    expect((await factsOf(path)).keyValueHeads).toBe(4);
    const parts = tinyGgufParts({ keyValueHeads: 4 });
    parts.entries.delete('llama.attention.head_count_kv');
    await writeFile(path, ggufBytes(parts));
    expect((await factsOf(path)).keyValueHeads).toBe(4);
  });

  it('accepts heads whose size is not width / heads', async () => {
    const path = await writeTinyGguf(folder, { width: 32, heads: 4, headSize: 16 });
    expect(await factsOf(path)).toMatchObject({ width: 32, heads: 4, headSize: 16 });
  });

  it('reads divisors of the rotation frequencies from their tensor', async () => {
    const facts = await factsAfter(({ tensors }) => {
      tensors.push({
        name: 'rope_freqs.weight',
        shape: [4],
        typeNumber: 0,
        bytes: float32([1, 2, 4, 8]),
      });
    });
    expect(facts.ropes[0]?.divisors).toEqual(Float32Array.of(1, 2, 4, 8));
  });

  it('reads linear scaling as equal divisors', async () => {
    const facts = await factsAfter(({ entries }) => {
      entries.set('llama.rope.scaling.type', { kind: 'text', value: 'linear' });
      entries.set('llama.rope.scaling.factor', { kind: 'f32', value: 4 });
    });
    expect(facts.ropes[0]?.divisors).toEqual(Float32Array.of(4, 4, 4, 4));
  });

  it('takes the name from the file where its metadata has none', async () => {
    const facts = await factsAfter(({ entries }) => entries.delete('general.name'));
    expect(facts.name).toBe('changed');
  });

  it.each([
    ['a mixture of experts', 'llama.expert_count', 8, /mixture of experts/],
    ['a recurrent model', 'llama.ssm.conv_kernel', 4, /recurrent/],
  ])('refuses %s with a sentence of its own', async (_, key, value, sentence) => {
    const facts = factsAfter(({ entries }) => entries.set(key, { kind: 'u32', value }));
    await expect(facts).rejects.toMatchObject({
      code: 'model-architecture-unsupported',
      message: expect.stringMatching(sentence) as string,
      help: expect.stringContaining('Gemma 3') as string,
    });
  });

  it('gives layers a window as the file lists them, else as the architecture has them', async () => {
    const facts = await factsOf(architecturePath('olmo3'));
    expect(facts.slidingWindow).toBe(24);
    expect(facts.layerKinds).toEqual([
      { rope: 1, windowed: true },
      { rope: 1, windowed: true },
      { rope: 1, windowed: true },
      { rope: 0, windowed: false },
    ]);
    const gemma = await factsOf(architecturePath('gemma2'));
    expect(gemma.layerKinds.map(({ windowed }) => windowed)).toEqual([true, false, true]);
  });

  it('limits the context to a sliding window, within which it changes nothing', async () => {
    const facts = await factsAfter(({ entries }) => {
      entries.set('llama.attention.sliding_window', { kind: 'u32', value: 64 });
    });
    expect(facts.contextLength).toBe(64);
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadBuiltGenerator } from '../../../../src-main/engine/generator/built-generator.ts';
import type { LinearForm } from '../../../../src-main/contract/engine.ts';
import { ggufBytes } from '../../../helpers/gguf-writer.ts';
import { loadReferenceOf } from '../../../helpers/golden-check.ts';
import { temporaryFolder } from '../../../helpers/tiny-generator.ts';
import { tinyGgufParts, type TinyGgufOptions } from '../../../helpers/tiny-gguf.ts';

const text = [20, 90, 121, 200, 33, 250, 17];

describe('weights and activations in 8 bits', () => {
  const clean: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of clean.splice(0).reverse()) await end();
  });

  /** @param larger how many times as large a few of the inputs of some layers are */
  async function logits(form: LinearForm, model: TinyGgufOptions, larger = 1) {
    const { folder, remove } = await temporaryFolder();
    clean.push(remove);
    const parts = tinyGgufParts(model);
    for (const { name, bytes } of parts.tensors) {
      if (!/(attn|ffn)_norm/.test(name)) continue;
      const scales = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
      for (const input of [3, 17, 41]) scales[input] = (scales[input] ?? 0) * larger;
    }
    const path = join(folder, 'tiny.gguf');
    await writeFile(path, ggufBytes(parts));
    const options = { path, preparedFolder: folder, device: 'cpu', form } as const;
    const generator = await loadBuiltGenerator(options);
    clean.push(() => generator.close());
    const reference = await loadReferenceOf(generator);
    clean.push(() => reference.close());
    return { logits: await reference.logitsAfter(text), form: generator.facts.form };
  }

  async function largestDistance(model: TinyGgufOptions, larger = 1): Promise<number> {
    const exact = await logits('fp32', model, larger);
    const rounded = await logits('int8', model, larger);
    expect(rounded.form).toBe('int8');
    return Math.max(
      ...rounded.logits.map((value, id) => Math.abs(value - (exact.logits[id] ?? NaN))),
    );
  }

  const models: [string, TinyGgufOptions][] = [
    ['stored in 4 bits', { type: 'Q4_1', embeddingType: 'Q8_0', width: 256, feedForward: 512 }],
    ['stored in 32 bits', { width: 128 }],
    ['of an odd size', { width: 72, heads: 3, keyValueHeads: 3, feedForward: 100 }],
    ['with an output layer of its own', { width: 128, tied: false }],
  ];
  it.each(models)('give nearly the same logits (%s)', async (_name, model) => {
    // The logits' own deviation is about 2.
    expect(await largestDistance(model)).toBeLessThan(0.3);
  });

  it('keep the digits of ordinary inputs beside a few that are very large', async () => {
    expect(await largestDistance({ width: 256, feedForward: 512 }, 60)).toBeLessThan(0.3);
  });
});

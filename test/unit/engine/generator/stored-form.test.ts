import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadBuiltGenerator } from '../../../../src-main/engine/generator/built-generator.ts';
import type { LinearForm } from '../../../../src-main/contract/engine.ts';
import type { TensorType } from '../../../../src-main/engine/gguf/types.ts';
import { ggufBytes } from '../../../helpers/gguf-writer.ts';
import { loadReferenceOf } from '../../../helpers/golden-check.ts';
import { randomTensorBytes, seededUniform, typeNumbers } from '../../../helpers/random-blocks.ts';
import { temporaryFolder } from '../../../helpers/tiny-generator.ts';
import { tinyGgufParts } from '../../../helpers/tiny-gguf.ts';

const text = [20, 90, 121, 200, 33, 250, 17];

describe('weights that stay as they are stored', () => {
  const clean: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of clean.splice(0).reverse()) await end();
  });

  /** Logits after a text, with all linear layers of one type, but the values' of another where one is given. */
  async function logits(form: LinearForm, type: TensorType, ofValues: TensorType = type) {
    const { folder, remove } = await temporaryFolder();
    clean.push(remove);
    const parts = tinyGgufParts({ type, embeddingType: type, width: 256, feedForward: 512 });
    for (const tensor of parts.tensors) {
      if (!tensor.name.includes('attn_v')) continue;
      tensor.typeNumber = typeNumbers[ofValues];
      const count = tensor.shape.reduce((product, length) => product * length, 1);
      tensor.bytes = randomTensorBytes(ofValues, count, 0.1, seededUniform(3));
    }
    const path = join(folder, 'tiny.gguf');
    await writeFile(path, ggufBytes(parts));
    const generator = await loadBuiltGenerator({
      path,
      preparedFolder: folder,
      device: 'cpu',
      form,
    });
    clean.push(() => generator.close());
    const reference = await loadReferenceOf(generator);
    clean.push(() => reference.close());
    return { logits: await reference.logitsAfter(text), form: generator.facts.form };
  }

  const types: [TensorType, TensorType, string][] = [
    ['Q4_0', 'Q4_0', '4-bit'],
    ['Q4_1', 'Q4_1', '4-bit'],
    ['Q2_K', 'Q2_K', '4-bit'],
    ['Q3_K', 'Q3_K', '4-bit'],
    ['Q4_K', 'Q4_K', '4-bit'],
    ['Q5_0', 'Q5_0', '8-bit'],
    ['Q5_1', 'Q5_1', '8-bit'],
    ['Q5_K', 'Q5_K', '8-bit'],
    ['Q6_K', 'Q6_K', '8-bit'],
    ['Q8_0', 'Q8_0', '8-bit'],
    ['IQ4_NL', 'IQ4_NL', '8-bit'],
    ['IQ4_XS', 'IQ4_XS', '8-bit'],
    ['MXFP4', 'MXFP4', '8-bit'],
    ['Q4_K', 'Q6_K', '4-bit'],
    ['Q4_K', 'F16', '4-bit'],
    ['F16', 'F16', 'fp32'],
  ];
  it.each(types)('give nearly the same logits (%s, values %s)', async (type, ofValues, name) => {
    const exact = await logits('fp32', type, ofValues);
    const stored = await logits('stored', type, ofValues);
    expect([exact.form, stored.form]).toEqual(['fp32', name]);
    // The logits' own deviation is about 2; the rest is the rounding of the activations to 8 bits.
    const distances = stored.logits.map((value, id) => Math.abs(value - (exact.logits[id] ?? NaN)));
    expect(Math.max(...distances)).toBeLessThan(0.3);
  });
});

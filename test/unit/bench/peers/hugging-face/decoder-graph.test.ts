/** What the rivals read must be the same model: the written decoder is run by onnxruntime beside the reference. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModelFacts } from '../../../../../src-main/engine/gguf/model-facts.ts';
import { openGgufFile } from '../../../../../src-main/engine/gguf/open.ts';
import type { ModelFacts } from '../../../../../src-main/engine/gguf/types.ts';
import { loadOnnxRuntime, type Tensor } from '../../../../../src-main/engine/onnxruntime.ts';
import { writeDecoder } from '../../../../bench/peers/hugging-face/folder.ts';
import { writeSafetensors } from '../../../../bench/peers/hugging-face/safetensors.ts';
import { huggingFaceTensors } from '../../../../bench/peers/hugging-face/tensors.ts';
import { loadReferenceOf } from '../../../../helpers/golden-check.ts';
import { writeTinyGguf } from '../../../../helpers/tiny-gguf.ts';
import { loadTinyGenerator, temporaryFolder } from '../../../../helpers/tiny-generator.ts';

const model = { heads: 4, keyValueHeads: 2, width: 64, type: 'Q8_0', tied: false } as const;
const ids = [1, 70, 80, 90, 100, 110];

let folder: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ folder, remove } = await temporaryFolder());
});
afterAll(() => remove());

describe('a decoder written for transformers.js', () => {
  it('gives the logits of the reference, for a batch, after a prompt and after one more token', async () => {
    const generator = await loadTinyGenerator(folder, model);
    const reference = await loadReferenceOf(generator);
    const expected = [
      await reference.logitsAfter(ids.slice(0, -1)),
      await reference.logitsAfter(ids),
    ];
    await reference.close();
    await generator.close();
    const actual = await logitsOfDecoder();
    for (const [run, logits] of actual.entries()) {
      const wanted = expected[run] ?? new Float32Array(0);
      expect(logits.length).toBe(2 * wanted.length);
      for (const [at, value] of logits.entries()) {
        expect(value).toBeCloseTo(wanted[at % wanted.length] ?? NaN, 4);
      }
    }
  });
});

describe('weights written for vLLM', () => {
  it('lie in the file where its header says, under the names of Hugging Face', async () => {
    const file = await openGgufFile(await writeTinyGguf(folder, model));
    const tensors = huggingFaceTensors(file, await readModelFacts(file));
    const path = join(folder, 'model.safetensors');
    await writeSafetensors(path, tensors);
    const bytes = await readFile(path);
    const headerEnd = 8 + Number(bytes.readBigUInt64LE());
    const header = JSON.parse(bytes.subarray(8, headerEnd).toString()) as Record<
      string,
      { dtype: string; shape: number[]; data_offsets: [number, number] } | undefined
    >;
    expect(headerEnd % 8).toBe(0);
    for (const { name, shape, read } of tensors) {
      const [begin = 0, end = 0] = header[name]?.data_offsets ?? [];
      expect(header[name]).toMatchObject({ dtype: 'F32', shape });
      const stored = bytes.subarray(headerEnd + begin, headerEnd + end);
      const values = await read();
      expect(stored.equals(new Uint8Array(values.buffer))).toBe(true);
    }
    expect(header['model.layers.1.self_attn.k_proj.weight']?.shape).toEqual([32, 64]);
    expect(header['lm_head.weight']).toBeDefined();
    await file.close();
  });
});

/** The logits of two equal rows: after all but the last of the ids, then with the last one behind that cache. */
async function logitsOfDecoder(): Promise<Float32Array[]> {
  const file = await openGgufFile(await writeTinyGguf(folder, model));
  const facts = await readModelFacts(file);
  await writeDecoder(file, facts, join(folder, 'onnx'));
  await file.close();
  const { InferenceSession, Tensor } = await loadOnnxRuntime();
  const session = await InferenceSession.create(join(folder, 'onnx', 'model.onnx'));
  const integers = (row: readonly number[]) =>
    new Tensor('int64', BigInt64Array.from([...row, ...row], BigInt), [2, row.length]);
  const mask = (length: number) => integers(new Array<number>(length).fill(1));
  const prompt = ids.slice(0, -1);
  const first = await session.run({
    input_ids: integers(prompt),
    attention_mask: mask(prompt.length),
    ...pastOf(facts, () => new Tensor('float32', [], [2, facts.keyValueHeads, 0, facts.headSize])),
  });
  const second = await session.run({
    input_ids: integers(ids.slice(-1)),
    attention_mask: mask(ids.length),
    ...pastOf(facts, (name) => first[name]),
  });
  await session.release();
  return [first, second].map(({ logits }) => logits?.data as Float32Array);
}

/** The cache's inputs, each made from the name of the output that it continues. */
function pastOf({ layers }: ModelFacts, make: (present: string) => Tensor | undefined) {
  const feeds: Record<string, Tensor> = {};
  for (let layer = 0; layer < layers; layer++) {
    for (const what of ['key', 'value']) {
      const tensor = make(`present.${layer}.${what}`);
      if (tensor !== undefined) feeds[`past_key_values.${layer}.${what}`] = tensor;
    }
  }
  return feeds;
}

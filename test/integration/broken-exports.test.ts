import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WinnowError } from '../../src-main/contract/errors.ts';
import { loadGenerator } from '../../src-main/engine/generator/load-generator.ts';
import { brokenExports, tinyDecoder, writeBrokenExport } from '../helpers/broken-export.ts';
import { unpackExports } from '../helpers/export-fixtures.ts';
import { seededUniform } from '../helpers/random-blocks.ts';
import { laneRequest } from '../helpers/tiny-generator.ts';
import { encodeOnnx } from '../helpers/tiny-onnx.ts';

const faults = brokenExports();
let exports: Awaited<ReturnType<typeof unpackExports>>;
beforeAll(async () => {
  exports = await unpackExports();
});
afterAll(() => exports.remove());

/** Loads a folder completely and writes two tokens, as a run would. */
async function load(path: string): Promise<void> {
  for (const name of ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja']) {
    await cp(join(exports.folder, 'llama', name), join(path, name));
  }
  const preparedFolder = join(exports.folder, 'never-written');
  const generator = await loadGenerator({ path, preparedFolder, device: 'cpu' });
  try {
    const lane = await generator.beginLane(laneRequest({ prompt: 'Rain', maxTokens: 2 }));
    await lane.start([0, 1]);
    await lane.advance(2);
  } finally {
    await generator.close();
  }
}

/** Throws whatever is not an error of ours. */
function codeOf(error: unknown): string {
  if (error instanceof WinnowError) return error.code;
  throw error;
}

describe('a broken folder with an exported decoder', () => {
  it('comes in many kinds', () => {
    expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
    expect(faults.length).toBeGreaterThan(80);
  });

  it.each(faults)('gives a clear error: $name', { timeout: 10_000 }, async (fault) => {
    const path = await writeBrokenExport(exports.folder, fault);
    const error: unknown = await load(path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WinnowError);
    if (!(error instanceof WinnowError)) return;
    expect(fault.codes, error.message).toContain(error.code);
    expect(error.message).toMatch(/^[A-Z“].{20,}\.$/s);
    expect(error.help).toMatch(/^[A-Z].{10,}\.$/s);
    expect(error.message).not.toMatch(/\p{Cc}|undefined|NaN,|\[object/u);
  });

  it('opens where nothing is wrong with it', async () => {
    const whole = { name: 'whole', codes: [], bytes: encodeOnnx(tinyDecoder()) };
    await expect(load(await writeBrokenExport(exports.folder, whole))).resolves.toBeUndefined();
  });

  it('opens where it wants every input that Winnow gives', async () => {
    const bytes = encodeOnnx(
      tinyDecoder(({ inputs }) => {
        inputs.push({ name: 'position_ids', type: 'int64', shape: ['rows', 'tokens'] });
        inputs.push({ name: 'num_logits_to_keep', type: 'int64', shape: [] });
      }),
      13,
    );
    const whole = { name: 'every-input', codes: [], bytes };
    await expect(load(await writeBrokenExport(exports.folder, whole))).resolves.toBeUndefined();
  });

  it('gives a clear error, or opens, whatever bytes of its graph are changed', async () => {
    const path = join(exports.folder, 'llama-genai');
    const whole = await readFile(join(path, 'model.onnx'));
    const uniform = seededUniform(1);
    const codes = new Set<string>();
    for (let round = 0; round < 25; round++) {
      const bytes = Buffer.from(whole);
      const at = Math.floor(uniform() * bytes.length);
      if (uniform() < 0.5) bytes[at] = Math.floor(uniform() * 256);
      else bytes.fill(uniform() < 0.5 ? 0 : 255, at, at + 8);
      await writeFile(join(path, 'model.onnx'), bytes);
      codes.add(await load(path).then(() => 'opened', codeOf));
    }
    expect([...codes]).toEqual(expect.arrayContaining(['opened', 'model-damaged']));
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WinnowError } from '../../src-main/contract/errors.ts';
import { openModel } from '../../src-main/engine/generator/open-model.ts';
import { brokenFolders } from '../helpers/broken-folder.ts';
import { writeFolder } from '../helpers/model-folders.ts';
import { seededUniform } from '../helpers/random-blocks.ts';
import { architectureFiles, architectureTensors } from '../helpers/safetensors.ts';
import { temporaryFolder } from '../helpers/tiny-generator.ts';

const model = 'llama-rope-factors';
const whole = { files: await architectureFiles(model), tensors: await architectureTensors(model) };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

/** Everything that is done with a folder before it is prepared. */
async function openCompletely(path: string): Promise<void> {
  const { file, createTokenizer } = await openModel(path);
  try {
    await (await createTokenizer()).close();
  } finally {
    await file.close();
  }
}

function expectClearError(error: unknown): asserts error is WinnowError {
  expect(error).toBeInstanceOf(WinnowError);
  const { message, help } = error as WinnowError;
  expect(message).toMatch(/^[A-Z“].{20,}\.$/s);
  expect(help).toMatch(/^[A-Z].{10,}\.$/s);
  expect(message).not.toMatch(/\p{Cc}|\u202e|undefined|NaN,|\[object/u);
}

describe('a broken folder', () => {
  const faults = brokenFolders(whole);

  it('comes in many kinds', () => {
    expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
    expect(faults.length).toBeGreaterThan(80);
  });

  it.each(faults)('gives a clear error: $name', async ({ name, codes, files }) => {
    const given = Object.entries({ ...whole.files, ...files }).filter(
      ([, content]) => content !== undefined,
    );
    const path = await writeFolder(join(folder.folder, name), Object.fromEntries(given));
    const memory = process.memoryUsage().rss;
    const error: unknown = await openCompletely(path).catch((thrown: unknown) => thrown);
    expectClearError(error);
    expect(codes).toContain(error.code);
    expect(process.memoryUsage().rss - memory).toBeLessThan(200_000_000);
  });

  it('gives a clear error, or opens, whatever bytes of its header and configuration are changed', async () => {
    const path = await writeFolder(join(folder.folder, 'changed'), whole.files);
    const uniform = seededUniform(2);
    const outcomes = new Set<string>();
    const texts = {
      'model.safetensors': whole.files['model.safetensors'] as Buffer,
      'config.json': Buffer.from(JSON.stringify(whole.files['config.json'])),
    };
    for (let round = 0; round < 400; round++) {
      const name = round % 2 === 0 ? 'model.safetensors' : 'config.json';
      const bytes = Buffer.from(texts[name]);
      const at = Math.floor(uniform() * Math.min(bytes.length, 2500));
      bytes[at] = Math.floor(uniform() * 256);
      await writeFile(join(path, name), bytes);
      const outcome: unknown = await openModel(path).then(
        async ({ file }) => {
          await file.close();
          return 'opened';
        },
        (error: unknown) => error,
      );
      if (outcome !== 'opened') expectClearError(outcome);
      outcomes.add(outcome instanceof WinnowError ? outcome.code : 'opened');
      await writeFile(join(path, name), texts[name]);
    }
    expect([...outcomes]).toEqual(expect.arrayContaining(['opened', 'model-damaged']));
  });

  it('leaves nothing behind that keeps a whole one from opening', async () => {
    const path = await writeFolder(join(folder.folder, 'whole'), whole.files);
    await expect(openCompletely(path)).resolves.toBeUndefined();
  });

  it('is told from one whose tokenizer belongs to another model', async () => {
    const tokenizer = JSON.parse(String(whole.files['tokenizer.json'])) as {
      model: { vocab: Record<string, number> };
    };
    for (let id = 260; id < 300; id++) tokenizer.model.vocab[`x${id}`] = id;
    const files = { ...whole.files, 'tokenizer.json': tokenizer };
    const path = await writeFolder(join(folder.folder, 'other-tokenizer'), files);
    await expect(openCompletely(path)).rejects.toMatchObject({ code: 'model-vocabulary-mismatch' });
  });
});

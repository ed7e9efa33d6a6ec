import { randomUUID } from 'node:crypto';
import { symlink } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadBuiltGenerator } from '../../../../src-main/engine/generator/built-generator.ts';
import { openModel } from '../../../../src-main/engine/generator/open-model.ts';
import { readNumbers } from '../../../../src-main/engine/gguf/read-numbers.ts';
import type { GgufFile, ModelFacts } from '../../../../src-main/engine/gguf/types.ts';
import { expectAnswerOf } from '../../../helpers/answer-check.ts';
import {
  architecturePath,
  readArchitectureFixtures,
  type ArchitectureFixture,
} from '../../../helpers/architecture-fixtures.ts';
import { readFixture } from '../../../helpers/generator-fixtures.ts';
import { writeFolder } from '../../../helpers/model-folders.ts';
import { architectureFiles, asVersion4, savedFolder } from '../../../helpers/safetensors.ts';
import { temporaryFolder } from '../../../helpers/tiny-generator.ts';

let folder: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ folder, remove } = await temporaryFolder());
});
afterEach(() => remove());

async function factsOf(path: string): Promise<ModelFacts> {
  const { file, facts } = await openModel(path);
  await file.close();
  return facts;
}

const own = ['name', 'licence', 'quantisation', 'ropeInterleaved'];

/** What has to be the same in a file and in a folder of one model; files round their numbers. */
function comparable(facts: ModelFacts): unknown {
  const rounded = JSON.stringify(facts, (key, value: unknown) => {
    if (typeof value === 'number') return Number(value.toPrecision(5));
    return value instanceof Float32Array ? [...value] : own.includes(key) ? undefined : value;
  });
  return JSON.parse(rounded);
}

/** Rows of queries and keys are in another order in some files (the long tests see to what they do). */
async function numbersOf(file: GgufFile) {
  const all = new Map<string, number[]>();
  for (const [name, tensor] of file.tensors) {
    if (/attn_[qk].weight|^rope/.test(name)) continue;
    all.set(name, [...(await readNumbers(file, tensor))]);
  }
  return all;
}

const fixtures = readArchitectureFixtures();

describe.each(fixtures.map(({ name }) => name))('%s as a folder of safetensors', (name) => {
  it('is the same model as the GGUF file', async () => {
    const path = await writeFolder(`${folder}/model`, await architectureFiles(name));
    const [ours, theirs] = [await openModel(path), await openModel(architecturePath(name))];
    expect(comparable(ours.facts)).toEqual(comparable(theirs.facts));
    expect(ours.facts).toMatchObject({
      name: 'model',
      quantisation: 'F32',
      ropeInterleaved: false,
    });
    const [numbers, expected] = [await numbersOf(ours.file), await numbersOf(theirs.file)];
    expect([...numbers.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [tensor, list] of expected) {
      const distances = numbers
        .get(tensor)
        ?.map((number, at) => Math.abs(number - (list[at] ?? NaN)));
      expect(Math.max(...(distances ?? [NaN])), tensor).toBeLessThan(1e-6);
    }
    await ours.file.close();
    await theirs.file.close();
  });

  it('is the same with a configuration of transformers 4', async () => {
    const files = await architectureFiles(name);
    const path = await writeFolder(`${folder}/new`, files);
    const config = asVersion4(files['config.json'] as Record<string, unknown>);
    const older = await writeFolder(`${folder}/old`, { ...files, 'config.json': config });
    expect(comparable(await factsOf(older))).toEqual(comparable(await factsOf(path)));
  });
});

describe('a folder', () => {
  it.each(['model-00002-of-00003.safetensors', 'model.safetensors.index.json', 'config.json'])(
    'is opened by %s in it as well',
    async (name) => {
      const path = savedFolder('llama-rope-factors');
      const { file, facts } = await openModel(`${path}/${name}`);
      expect(file.path).toBe(path);
      expect(file.files).toHaveLength(9);
      expect(facts.architecture).toBe('llama');
      await file.close();
    },
  );

  it.skipIf(process.platform === 'win32')(
    'is read through the links of the Hugging Face hub’s cache, and of no other place',
    async () => {
      const files = await architectureFiles('qwen3');
      const model = `${folder}/models--ada--Tiny`;
      await writeFolder(`${model}/blobs`, files);
      const snapshot = await writeFolder(`${model}/snapshots/abc`, {});
      for (const name of Object.keys(files)) {
        await symlink(`../../blobs/${name}`, `${snapshot}/${name}`);
      }
      expect((await factsOf(snapshot)).name).toBe('ada/Tiny');
      const elsewhere = await writeFolder(`${folder}/elsewhere`, {});
      for (const name of Object.keys(files)) {
        await symlink(`${model}/blobs/${name}`, `${elsewhere}/${name}`);
      }
      await expect(factsOf(elsewhere)).rejects.toMatchObject({ code: 'model-unreadable' });
    },
  );

  it('is another content where any of its files differs', async () => {
    const files = await architectureFiles('qwen3');
    const hashOf = async (changed: object) => {
      const path = await writeFolder(`${folder}/${randomUUID()}`, { ...files, ...changed });
      const preparedFolder = `${folder}/prepared`;
      const generator = await loadBuiltGenerator({ path, preparedFolder, device: 'cpu' });
      await generator.close();
      return generator.facts.contentHash;
    };
    const hashes = [
      await hashOf({}),
      await hashOf({}),
      await hashOf({ 'generation_config.json': { eos_token_id: 7 } }),
    ];
    expect(hashes[1]).toBe(hashes[0]);
    expect(hashes[2]).not.toBe(hashes[0]);
  });
});

describe('a folder that transformers saved', () => {
  const saved = readFixture('safetensors-folders.json') as ArchitectureFixture[];
  it.each(saved.map((fixture) => [fixture.name, fixture] as const))(
    'gives what transformers gives: %s',
    async (name, fixture) => {
      const generator = await loadBuiltGenerator({
        path: savedFolder(name),
        preparedFolder: `${folder}/prepared`,
        device: 'cpu',
        form: 'fp32',
      });
      expect(generator.facts).toMatchObject({
        name,
        architecture: fixture.architecture,
        path: savedFolder(name),
        quantisation: name === 'gemma2' ? 'F16' : 'BF16',
        contextLength: 256,
      });
      await expectAnswerOf(generator, fixture);
      await generator.close();
    },
  );
});

import { cp, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkModel } from '../../../../src-main/engine/model-check.ts';
import { openExportFolder } from '../../../../src-main/engine/onnx/export-folder.ts';
import { describeExport } from '../../../../src-main/engine/onnx/exported-generator.ts';
import { loadExport, unpackExports } from '../../../helpers/export-fixtures.ts';

let exports: Awaited<ReturnType<typeof unpackExports>>;
beforeAll(async () => {
  exports = await unpackExports();
});
afterAll(() => exports.remove());

/** A copy of one of the exports, to be changed. */
async function copy(name: string): Promise<string> {
  const target = join(exports.folder, `copy-${Math.random().toString(36).slice(2)}`);
  await cp(join(exports.folder, name), target, { recursive: true });
  return target;
}

async function hashOf(path: string): Promise<string> {
  const generator = await loadExport(path);
  await generator.close();
  return generator.facts.contentHash;
}

async function chosen(path: string, device: 'cpu' | 'webgpu', memoryBytes = 1e12) {
  const found = await openExportFolder(path);
  return found && describeExport(found, device, memoryBytes);
}

describe('of several variants in a folder', () => {
  it('the one in fp32 is taken on a processor, the one in halves on a graphics card', async () => {
    const llama = join(exports.folder, 'llama');
    expect(await chosen(llama, 'cpu')).toMatchObject({ file: 'onnx/model.onnx', form: 'fp32' });
    expect(await chosen(llama, 'webgpu')).toMatchObject({
      file: 'onnx/model_fp16.onnx',
      form: 'fp16',
    });
  });

  it('the next one is taken where memory does not hold the best', async () => {
    const llama = await chosen(join(exports.folder, 'llama'), 'cpu', 250_000);
    expect(llama).toMatchObject({ file: 'onnx/model_q4.onnx', form: '4-bit' });
  });

  it('it is asked what they take where they are computed with, not what is stored', async () => {
    const folder = await copy('llama');
    for (const name of ['q4', 'q4f16', 'int8']) await rm(join(folder, `onnx/model_${name}.onnx`));
    const [plain, halves] = [
      await chosen(join(folder, 'onnx/model.onnx'), 'cpu'),
      await chosen(join(folder, 'onnx/model_fp16.onnx'), 'cpu'),
    ];
    // The halves have room as they are stored, but a processor widens them and keeps both.
    const memoryBytes = 3 * (halves?.weightBytes ?? NaN);
    expect(memoryBytes).toBeLessThan(2.5 * (plain?.weightBytes ?? NaN));
    const choice = chosen(folder, 'cpu', memoryBytes);
    await expect(choice).rejects.toMatchObject({ code: 'model-too-large' });
  });

  it('none is taken where memory holds none', async () => {
    await expect(chosen(join(exports.folder, 'llama'), 'cpu', 1000)).rejects.toMatchObject({
      code: 'model-too-large',
    });
  });

  it('the one that is named is taken', async () => {
    for (const [file, form] of [
      ['model_q4', '4-bit'],
      ['model_q4f16', '4-bit fp16'],
      ['model_int8', 'int8'],
    ]) {
      const path = join(exports.folder, 'llama', 'onnx', `${file}.onnx`);
      expect(await chosen(path, 'cpu')).toMatchObject({ file: `onnx/${file}.onnx`, form });
    }
  });

  it('one that is damaged is passed over', async () => {
    const folder = await copy('llama');
    await writeFile(join(folder, 'onnx/model.onnx'), 'no model');
    expect(await chosen(folder, 'cpu')).toMatchObject({ file: 'onnx/model_q4.onnx' });
  });
});

describe('a look into a folder of exports', () => {
  it('tells what the model is, and which of the files is used', async () => {
    const check = await checkModel(join(exports.folder, 'llama'));
    expect(check).toMatchObject({
      kind: 'generator',
      name: 'llama',
      architecture: 'llama',
      quantisation: 'fp32',
      contextLength: 256,
      vocabularySize: 260,
      cacheBytesPerToken: 256,
      supported: true,
      problem: null,
    });
    expect(check.warnings).toEqual([expect.stringContaining('Winnow takes onnx/model.onnx')]);
  });

  it('tells its form, and what it takes of the memory', async () => {
    const { form, memory } = await checkModel(join(exports.folder, 'llama/onnx/model_fp16.onnx'));
    expect(form).toBe('fp16');
    const plain = await checkModel(join(exports.folder, 'llama/onnx/model.onnx'));
    expect(plain.memory?.cacheBytesPerToken).toBe(256);
    // A processor widens halves and keeps both.
    expect(memory?.weights).toBeGreaterThan(plain.memory?.weights ?? Infinity);
    expect(memory?.cacheBytesPerToken).toBe(128);
  });

  it('counts the bytes of the files beside the graph', async () => {
    const { sizeBytes, quantisation } = await checkModel(join(exports.folder, 'llama-genai'));
    expect(quantisation).toBe('4-bit');
    expect(sizeBytes).toBeGreaterThan(60_000);
  });

  it('warns of a form in which answers are written one after the other', async () => {
    const check = await checkModel(join(exports.folder, 'llama/onnx/model_int8.onnx'));
    expect(check.warnings).toEqual([expect.stringContaining('one after the other')]);
  });

  it('says what is wrong where config.json belongs to another model', async () => {
    const folder = await copy('gemma3');
    const config = { architectures: ['LlamaForCausalLM'], num_hidden_layers: 30 };
    await writeFile(join(folder, 'config.json'), JSON.stringify(config));
    const { supported, problem } = await checkModel(folder);
    expect(supported).toBe(false);
    expect(problem?.code).toBe('model-damaged');
    expect(problem?.message).toContain('its config.json says 30 layers, but its graph has 2');
  });

  it('tells from the graph that a model writes where config.json does not say', async () => {
    const folder = await copy('llama');
    const path = join(folder, 'config.json');
    const config = JSON.parse(await readFile(path, 'utf8')) as object;
    await writeFile(path, JSON.stringify({ ...config, architectures: undefined }));
    expect(await checkModel(folder)).toMatchObject({ kind: 'generator', problem: null });
  });

  it('names the file that belongs to another model', async () => {
    const folder = await copy('llama-genai');
    const path = join(folder, 'genai_config.json');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace(/"num_hidden_layers": *\d+/, '"num_hidden_layers": 30'));
    const { problem } = await checkModel(folder);
    expect(problem?.message).toContain('its genai_config.json says 30 layers');
  });

  it('believes the graph where config.json does not say how its heads share keys, as Falcon’s', async () => {
    const folder = await copy('llama');
    const config = {
      ...{ architectures: ['FalconForCausalLM'], model_type: 'falcon', multi_query: true },
      ...{ num_hidden_layers: 2, num_attention_heads: 71, hidden_size: 4544, vocab_size: 260 },
    };
    await writeFile(join(folder, 'config.json'), JSON.stringify(config));
    expect(await checkModel(folder)).toMatchObject({ architecture: 'falcon', problem: null });
  });
});

it('has another hash as soon as a file changes that decides its answers', async () => {
  const folder = await copy('llama-genai');
  const hashes = [await hashOf(folder)];
  for (const name of ['tokenizer_config.json', 'generation_config.json', 'genai_config.json']) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => '{}');
    await writeFile(join(folder, name), `${text} `);
    hashes.push(await hashOf(folder));
  }
  expect(new Set(hashes).size).toBe(4);
});

describe('links', () => {
  it('are followed within a model of the Hugging Face hub’s cache', async () => {
    const model = join(exports.folder, 'models--ada--Tiny');
    const [blobs, version] = [join(model, 'blobs'), join(model, 'snapshots', 'abc')];
    await mkdir(blobs, { recursive: true });
    await cp(join(exports.folder, 'llama-genai'), version, { recursive: true });
    for (const [name, blob] of [
      // In another order than their names.
      ['model.onnx', '2222'],
      ['model.onnx.data', '1111'],
      ['tokenizer.json', '3333'],
    ]) {
      await rename(join(version, name ?? ''), join(blobs, blob ?? ''));
      await symlink(join('..', '..', 'blobs', blob ?? ''), join(version, name ?? ''));
    }
    const generator = await loadExport(version);
    expect(generator.facts.name).toBe('ada/Tiny');
    expect(generator.facts.contentHash).toBe(await hashOf(join(exports.folder, 'llama-genai')));
    const lane = await generator.beginLane({
      prompt: 'Hello',
      seed: 1,
      sampling: { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 },
      maxTokens: 4,
      logProbabilities: false,
    });
    await lane.start([0, 1]);
    expect((await lane.advance(4)).position).toBe(4);
    await generator.close();
  });

  it('to files elsewhere are not', async () => {
    const folder = await copy('llama-genai');
    const elsewhere = join(exports.folder, 'elsewhere.data');
    await rename(join(folder, 'model.onnx.data'), elsewhere);
    await symlink(elsewhere, join(folder, 'model.onnx.data'));
    const { problem } = await checkModel(folder);
    expect(problem?.code).toBe('model-unreadable');
    await rm(elsewhere);
  });
});

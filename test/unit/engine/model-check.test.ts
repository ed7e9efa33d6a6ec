import { statSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkModel } from '../../../src-main/engine/model-check.ts';
import { temporaryFolder } from '../../helpers/temporary-store.ts';
import { writeFolder } from '../../helpers/model-folders.ts';
import { architectureFiles, savedFolder } from '../../helpers/safetensors.ts';
import { ggufBytes } from '../../helpers/gguf-writer.ts';
import { tinyGgufParts, writeTinyGguf } from '../../helpers/tiny-gguf.ts';
import { encodeOnnx } from '../../helpers/tiny-onnx.ts';
import {
  makeTinyRewardModel,
  writeModelFolder,
  writeTinyRewardModel,
} from '../../helpers/tiny-reward-model.ts';

const rewardModels = fileURLToPath(new URL('../../fixtures/reward-models', import.meta.url));

describe('a look into a model', () => {
  it('tells what a generator is', async () => {
    const path = await writeTinyGguf(temporaryFolder(), { type: 'Q8_0', contextLength: 512 });
    expect(await checkModel(path)).toMatchObject({
      path,
      kind: 'generator',
      name: 'Tiny random model',
      architecture: 'llama',
      licence: 'mit',
      sizeBytes: statSync(path).size,
      contextLength: 512,
      vocabularySize: 320,
      // 2 layers, 2 key-value heads of 8 numbers, keys and values, 4 bytes each.
      cacheBytesPerToken: 2 * 2 * 8 * 2 * 4,
      supported: true,
      warnings: [],
      problem: null,
    });
  });

  it('warns of a generator that does not say how it splits words', async () => {
    const parts = tinyGgufParts();
    parts.entries.delete('tokenizer.ggml.pre');
    const path = join(temporaryFolder(), 'unnamed.gguf');
    writeFileSync(path, ggufBytes(parts));
    expect(await checkModel(path)).toMatchObject({
      supported: true,
      warnings: [
        'This file does not say how its model splits words, so answers may be worse than usual.',
      ],
    });
  });

  it('tells what a generator in a folder is', async () => {
    const path = savedFolder('llama-rope-factors');
    expect(await checkModel(path)).toMatchObject({
      path,
      kind: 'generator',
      name: 'llama-rope-factors',
      architecture: 'llama',
      licence: null,
      quantisation: 'BF16',
      contextLength: 256,
      vocabularySize: 260,
      supported: true,
      problem: null,
    });
  });

  it('names the licence of a folder’s README, and the sizes of all its files', async () => {
    const files = await architectureFiles('qwen3');
    const readme = '---\nlanguage: en\nlicense: apache-2.0\n---\n# Tiny\n';
    const path = await writeFolder(temporaryFolder(), { ...files, 'README.md': readme });
    const check = await checkModel(path);
    expect(check).toMatchObject({ architecture: 'qwen3', licence: 'apache-2.0', supported: true });
    const names = Object.keys(files);
    const sizes = names.map((name) => statSync(join(path, name)).size);
    expect(check.sizeBytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
  });

  it('says what is in the way of a generator in a folder', async () => {
    const files = await architectureFiles('qwen3');
    const config = files['config.json'] as object;
    const check = async (changed: object) =>
      (await checkModel(await writeFolder(temporaryFolder(), { ...files, ...changed }))).problem;
    const mixture = { ...config, architectures: ['MixtralForCausalLM'] };
    expect((await check({ 'config.json': mixture }))?.message).toContain('MixtralForCausalLM');
    const packed = { ...config, quantization_config: { quant_method: 'gptq' } };
    expect((await check({ 'config.json': packed }))?.message).toContain('gptq');
    const cut = (files['model.safetensors'] as Buffer).subarray(0, -4);
    expect(await check({ 'model.safetensors': cut })).toMatchObject({ code: 'model-truncated' });
  });

  it('tells what a reward model is', async () => {
    const path = await writeTinyRewardModel(temporaryFolder(), { windowTokens: 256 });
    expect(await checkModel(path)).toMatchObject({
      kind: 'reward',
      sizeBytes: statSync(join(path, 'onnx', 'model.onnx')).size,
      contextLength: 256,
      cacheBytesPerToken: null,
      supported: true,
      problem: null,
    });
  });

  it('counts the files that a reward model keeps its numbers in, and names its licence', async () => {
    const { files, graph } = makeTinyRewardModel();
    const initializers = graph.initializers.map((tensor) =>
      tensor.name === 'words' ? { ...tensor, externalFile: 'numbers.bin' } : tensor,
    );
    const words = graph.initializers.find(({ name }) => name === 'words');
    const onnx = encodeOnnx({ ...graph, initializers });
    files.set('onnx/model.onnx', onnx);
    files.set('onnx/numbers.bin', Buffer.from(words?.data.buffer ?? new ArrayBuffer(0)));
    files.set('README.md', '---\nlicense: mit\n---\n');
    const path = writeModelFolder(temporaryFolder(), files);
    const sizeBytes = onnx.length + (words?.data.byteLength ?? 0);
    expect(await checkModel(path)).toMatchObject({ licence: 'mit', sizeBytes, supported: true });
    writeFileSync(join(path, 'onnx/model.onnx'), 'broken');
    expect(await checkModel(path)).toMatchObject({ sizeBytes: 6, supported: false });
  });

  it('tells how a reward model comes to its reward, and what it reads', async () => {
    const bert = join(rewardModels, 'bert');
    expect(await checkModel(bert)).toMatchObject({
      name: 'bert',
      architecture: 'BertForSequenceClassification',
      judging: {
        texts: 'pair',
        heads: [
          { name: 'helpfulness', weight: 0.65 },
          { name: 'correctness', weight: 0.8 },
          { name: 'verbosity', weight: -0.4 },
        ],
      },
    });
    const named = await checkModel(join(rewardModels, 'llama/onnx/model.onnx'));
    expect(named).toMatchObject({ kind: 'reward', judging: { texts: 'conversation' } });
  });

  it('tells that a decoder with a classification head judges', async () => {
    const path = join(rewardModels, 'gemma2.gguf');
    expect(await checkModel(path)).toMatchObject({
      kind: 'reward',
      architecture: 'gemma2',
      sizeBytes: statSync(path).size,
      contextLength: 256,
      judging: { texts: 'conversation' },
      supported: true,
    });
    // The keys and values of the texts that it has read.
    expect((await checkModel(path)).memory?.kept).toBeGreaterThan(0);
  });

  it('names what is in the way of a model that cannot be used, and what it could read of it', async () => {
    const cut = await writeTinyGguf(temporaryFolder());
    truncateSync(cut, statSync(cut).size - 100);
    expect(await checkModel(cut)).toMatchObject({
      supported: false,
      problem: { code: 'model-truncated' },
    });
    const mute = await writeTinyGguf(temporaryFolder(), { chatTemplate: null });
    expect(await checkModel(mute)).toMatchObject({
      supported: false,
      architecture: 'llama',
      problem: { code: 'chat-template-missing' },
    });
  });

  it('says of a folder without a model that there is none, and names the files in it that are models', async () => {
    expect(await checkModel(temporaryFolder())).toMatchObject({
      supported: false,
      problem: { code: 'model-not-found', message: 'There is no model in this folder.' },
    });
    const holding = temporaryFolder();
    const name = basename(await writeTinyGguf(holding));
    const { problem } = await checkModel(holding);
    expect(problem).toMatchObject({ help: 'Choose one of these files itself.' });
    expect(problem?.message).toContain(name);
  });

  it('does not call a generator usable that this machine cannot load', async () => {
    const path = await writeTinyGguf(temporaryFolder());
    expect(await checkModel(path, 1000)).toMatchObject({
      supported: false,
      architecture: 'llama',
      vocabularySize: 320,
      problem: { code: 'model-too-large' },
    });
  });

  it('throws only where there is nothing to look into', async () => {
    await expect(checkModel(join(temporaryFolder(), 'nothing'))).rejects.toMatchObject({
      code: 'model-not-found',
    });
  });
});

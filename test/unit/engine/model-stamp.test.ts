import { appendFile, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelStamp } from '../../../src-main/engine/model-stamp.ts';
import { writeFolder } from '../../helpers/model-folders.ts';
import { temporaryFolder } from '../../helpers/temporary-store.ts';

const files = {
  'model.gguf': 'one',
  'big-00001-of-00002.gguf': 'two',
  'big-00002-of-00002.gguf': 'three',
  'config.json': '{}',
  'model.safetensors': 'four',
  'onnx/model.onnx': 'five',
  'onnx/model.onnx_data': 'six',
  'model.winnow-reward.json': '{ "weights": {} }',
};

describe('the stamp of a model', () => {
  it.each([
    ['model.gguf', 'model.gguf'],
    ['big-00001-of-00002.gguf', 'big-00002-of-00002.gguf'],
    ['.', 'model.safetensors'],
    ['.', 'onnx/model.onnx'],
    ['config.json', 'model.safetensors'],
    ['onnx/model.onnx', 'onnx/model.onnx_data'],
    ['onnx/model.onnx', 'config.json'],
    ['model.gguf', 'model.winnow-reward.json'],
  ])('of %s changes with %s', async (model, changed) => {
    const folder = await writeFolder(temporaryFolder(), files);
    const stamp = () => modelStamp(join(folder, model));
    const before = await stamp();
    expect(await stamp()).toBe(before);
    await utimes(join(folder, changed), 1000, 1000);
    const touched = await stamp();
    expect(touched).not.toBe(before);
    await appendFile(join(folder, changed), 'x');
    await utimes(join(folder, changed), 1000, 1000);
    const longer = await stamp();
    expect(longer).not.toBe(touched);
    await rm(join(folder, changed));
    expect(await stamp()).not.toBe(longer);
  });

  it('of a single file does not change with its neighbours', async () => {
    const folder = await writeFolder(temporaryFolder(), files);
    const before = await modelStamp(join(folder, 'model.gguf'));
    await appendFile(join(folder, 'config.json'), ' ');
    expect(await modelStamp(join(folder, 'model.gguf'))).toBe(before);
  });
});

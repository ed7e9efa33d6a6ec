import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DeviceName } from '../../../../src-main/contract/engine.ts';
import { readRewardFolder } from '../../../../src-main/engine/rewards/folder.ts';
import { loadRewardModel } from '../../../../src-main/engine/rewards/reward-model.ts';
import { chooseVariant, findPlace } from '../../../../src-main/engine/rewards/variants.ts';
import { temporaryFolder } from '../../../helpers/temporary-store.ts';
import { encodeOnnx } from '../../../helpers/tiny-onnx.ts';
import { makeTinyRewardModel, writeModelFolder } from '../../../helpers/tiny-reward-model.ts';

/** A folder with these files, each of a few bytes. */
function folderWith(...names: string[]): string {
  const folder = temporaryFolder();
  for (const name of ['config.json', ...names]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), name);
  }
  return folder;
}

async function chosen(path: string, device: DeviceName): Promise<string> {
  return chooseVariant(await findPlace(path), device);
}

describe('of several ONNX files in a folder', () => {
  const all = ['model', 'model_fp16', 'model_quantized', 'model_q4'].map(
    (name) => `onnx/${name}.onnx`,
  );

  it('a processor takes the one in 32 bits, a graphics card the one in 16', async () => {
    const folder = folderWith(...all);
    expect(await chosen(folder, 'cpu')).toBe('onnx/model.onnx');
    expect(await chosen(folder, 'webgpu')).toBe('onnx/model_fp16.onnx');
  });

  it('the least compressed one is taken where there are no others', async () => {
    const folder = folderWith('onnx/model_q4.onnx', 'onnx/model_int8.onnx');
    expect(await chosen(folder, 'cpu')).toBe('onnx/model_int8.onnx');
  });

  it('one is taken by its name', async () => {
    const folder = folderWith(...all);
    expect(await chosen(join(folder, 'onnx/model_q4.onnx'), 'cpu')).toBe('onnx/model_q4.onnx');
  });

  it('the only one is taken whatever its name, also beside config.json', async () => {
    expect(await chosen(folderWith('reward.onnx'), 'cpu')).toBe('reward.onnx');
    const folder = folderWith('reward.onnx', 'other.onnx');
    expect(await chosen(join(folder, 'reward.onnx'), 'cpu')).toBe('reward.onnx');
    await expect(chosen(folder, 'cpu')).rejects.toMatchObject({
      code: 'reward-model-invalid',
      help: 'Choose one of these files in place of the folder.',
    });
  });
});

describe('a reward model named by its file', () => {
  it('is loaded, has a name and a hash of its own, and may keep its numbers in a second file', async () => {
    const { files, graph } = makeTinyRewardModel();
    const words = graph.initializers.find(({ name }) => name === 'words');
    const initializers = graph.initializers.map((tensor) =>
      tensor === words ? { ...tensor, externalFile: 'model_q4.onnx_data' } : tensor,
    );
    files.set('onnx/model_q4.onnx', encodeOnnx({ ...graph, initializers }));
    files.set('onnx/model_q4.onnx_data', Buffer.from(words?.data.buffer ?? new ArrayBuffer(0)));
    const folder = writeModelFolder(join(temporaryFolder(), 'judge'), files);
    const load = async (path: string) => {
      const model = await loadRewardModel({ path, device: 'cpu', preparedFolder: folder });
      const [scored] = await model.score('the moon', ['water']);
      await model.close();
      return { ...model.facts, reward: scored?.reward };
    };
    const whole = await load(folder);
    const named = await load(join(folder, 'onnx/model_q4.onnx'));
    expect(named.name).toBe('judge (model_q4)');
    expect(named.contentHash).not.toBe(whole.contentHash);
    expect(named.reward).toBe(whole.reward);
  });

  it('has another hash with other numbers, whatever the file is called that holds them', async () => {
    const hashOf = async (seed: number) => {
      const { files, graph } = makeTinyRewardModel({ seed });
      const words = graph.initializers.find(({ name }) => name === 'words');
      const initializers = makeTinyRewardModel().graph.initializers.map((tensor) =>
        tensor.name === 'words' ? { ...tensor, externalFile: 'numbers.bin' } : tensor,
      );
      files.set('onnx/model.onnx', encodeOnnx({ ...graph, initializers }));
      files.set('onnx/numbers.bin', Buffer.from(words?.data.buffer ?? new ArrayBuffer(0)));
      const path = writeModelFolder(join(temporaryFolder(), 'judge'), files);
      const model = await loadRewardModel({ path, device: 'cpu', preparedFolder: path });
      await model.close();
      return model.facts.contentHash;
    };
    expect(await hashOf(1)).toBe(await hashOf(1));
    expect(await hashOf(2)).not.toBe(await hashOf(1));
  });

  it('is called by its owner and its name where it lies in the cache of the Hugging Face hub', async () => {
    const version = join(temporaryFolder(), 'models--ada--Judge/snapshots/0123abcd');
    const path = writeModelFolder(version, makeTinyRewardModel().files);
    const nameOf = async (given: string) => (await readRewardFolder(given, 'cpu')).name;
    expect(await nameOf(path)).toBe('ada/Judge');
    expect(await nameOf(join(path, 'onnx/model.onnx'))).toBe('ada/Judge (model)');
  });
});

import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ModelFolder } from '../../../../src-main/engine/folders/model-folder.ts';
import { rewardMemory } from '../../../../src-main/engine/rewards/reward-memory.ts';
import { temporaryFolder } from '../../../helpers/temporary-store.ts';
import { encodeOnnx } from '../../../helpers/tiny-onnx.ts';
import { makeTinyRewardModel, writeModelFolder } from '../../../helpers/tiny-reward-model.ts';

it('counts numbers in a file of their own as those in the ONNX file, and what is mapped of them', async () => {
  const memoryOf = async (externalFile?: string) => {
    const { files, graph } = makeTinyRewardModel();
    const words = graph.initializers.find(({ name }) => name === 'words');
    const initializers = graph.initializers.map((tensor) =>
      tensor === words && externalFile !== undefined ? { ...tensor, externalFile } : tensor,
    );
    files.set('onnx/model.onnx', encodeOnnx({ ...graph, initializers }));
    const numbers = Buffer.from(words?.data.buffer ?? new ArrayBuffer(0));
    if (externalFile !== undefined) files.set(`onnx/${externalFile}`, numbers);
    const path = writeModelFolder(join(temporaryFolder(), 'judge'), files);
    const memory = await rewardMemory(await ModelFolder.open(path), 'onnx/model.onnx', 64);
    return { ...memory, words: numbers.length };
  };
  const [one, two] = [await memoryOf(), await memoryOf('numbers.bin')];
  expect(two.weights).toBe(one.weights);
  expect(one.mapped).toBe(0);
  expect(two.mapped).toBe(two.words);
  expect(two.loading).toBeLessThan(one.loading);
});

it('counts halves as widened, also in files that are too large to be read whole', async () => {
  const [elements, path] = [300e6, join(temporaryFolder(), 'judge')];
  const numberBytes = 2 * elements;
  // One tensor of halves as onnx.proto has it (dims, type, name, numbers); the numbers are a hole in the file.
  const numbers = Buffer.from([9 * 8 + 2, ...varint(numberBytes)]);
  const facts = [1 * 8, ...varint(elements), 2 * 8, 10, 8 * 8 + 2, 1, 'w'.charCodeAt(0)];
  const tensor = Buffer.from([...facts, ...numbers]);
  const initializer = Buffer.from([5 * 8 + 2, ...varint(tensor.length + numberBytes), ...tensor]);
  const graph = [7 * 8 + 2, ...varint(initializer.length + numberBytes), ...initializer];
  mkdirSync(path);
  writeFileSync(join(path, 'model.onnx'), Buffer.from(graph));
  truncateSync(join(path, 'model.onnx'), graph.length + numberBytes);
  const { weights, loading } = await rewardMemory(await ModelFolder.open(path), 'model.onnx', 64);
  expect(weights).toBe(4 * elements);
  expect(loading).toBe(graph.length + numberBytes);
});

/** A number in protobuf's way: seven bits in each byte, the lowest first. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

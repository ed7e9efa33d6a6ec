import { describe, expect, it } from 'vitest';
import { WinnowError } from '../../../../src-main/contract/errors.ts';
import { deviceFailed } from '../../../../src-main/engine/devices/device-faults.ts';
import { loadFirst } from '../../../../src-main/engine/onnx/choose-variant.ts';

const halves = { file: 'onnx/model_fp16.onnx' };
const plain = { file: 'onnx/model.onnx' };
const noHalves = deviceFailed(new Error('the device does not support shader-f16'), 'webgpu');

/** A loader that fails as it is told, and what it was asked for. */
function loader(failures: Map<{ file: string }, WinnowError>) {
  const tried: string[] = [];
  const load = (variant: { file: string }) => {
    tried.push(variant.file);
    const facts: { file: string; notices?: string[] } = { file: variant.file };
    const failure = failures.get(variant);
    return failure === undefined ? Promise.resolve({ facts }) : Promise.reject(failure);
  };
  return { tried, load };
}

describe('of several files of a model', () => {
  it('the first is loaded where the device runs it', async () => {
    const { tried, load } = loader(new Map());
    const { facts } = await loadFirst([halves, plain], load);
    expect(facts).toEqual({ file: halves.file });
    expect(tried).toEqual([halves.file]);
  });

  it('the next is loaded where the device cannot run the first, and the model says so', async () => {
    const { load } = loader(new Map([[halves, noHalves]]));
    const { facts } = await loadFirst([halves, plain], load);
    expect(facts.file).toBe(plain.file);
    expect(facts.notices).toEqual([
      'The device could not run onnx/model_fp16.onnx, so Winnow took onnx/model.onnx instead.',
    ]);
  });

  it('none is loaded where the device runs none: what was wrong with the best is said', async () => {
    const other = deviceFailed(new Error('it failed again'), 'webgpu');
    const { tried, load } = loader(
      new Map([
        [halves, noHalves],
        [plain, other],
      ]),
    );
    await expect(loadFirst([halves, plain], load)).rejects.toBe(noHalves);
    expect(tried).toEqual([halves.file, plain.file]);
  });

  it.each([
    ['the device was lost', deviceFailed(new Error('device was lost'), 'webgpu')],
    ['the model is at fault', new WinnowError('model-damaged', 'It is damaged.', 'Fetch it.')],
  ])('no other is tried where %s', async (_what, failure) => {
    const { tried, load } = loader(new Map([[halves, failure]]));
    await expect(loadFirst([halves, plain], load)).rejects.toBe(failure);
    expect(tried).toEqual([halves.file]);
  });
});

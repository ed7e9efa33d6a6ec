import { describe, expect, it } from 'vitest';
import type { DeviceName } from '../../../../src-main/contract/engine.ts';
import { WinnowError } from '../../../../src-main/contract/errors.ts';
import { deviceFailed } from '../../../../src-main/engine/devices/device-faults.ts';
import { loadOrFallBack } from '../../../../src-main/engine/devices/fall-back.ts';
import { outOfMemory } from '../../../../src-main/engine/onnxruntime.ts';

/** A machine on which WebGPU works until it is given a model. */
const onWebGpu = () => Promise.resolve({ device: 'webgpu' as const });

function loader(failure: (device: DeviceName) => Error | null) {
  const tried: DeviceName[] = [];
  const load = (device: DeviceName) => {
    tried.push(device);
    const error = failure(device);
    const facts: { device: DeviceName; notices?: string[] } = { device };
    return error === null ? Promise.resolve({ facts }) : Promise.reject(error);
  };
  return { tried, load };
}

describe('loading a model on a device', () => {
  it('tells nothing where it works', async () => {
    const { load } = loader(() => null);
    const { facts } = await loadOrFallBack('webgpu', load, onWebGpu);
    expect(facts).toEqual({ device: 'webgpu' });
  });

  it.each([
    ['fails', deviceFailed(new Error('Device is lost'), 'webgpu'), 'it failed'],
    ['has too little memory', outOfMemory(new Error('Out of memory')), 'not enough memory'],
  ])('goes to the processor where it %s, and says so', async (_what, failure, words) => {
    const { load } = loader((device) => (device === 'webgpu' ? failure : null));
    const { facts } = await loadOrFallBack('auto', load, onWebGpu);
    expect(facts.device).toBe('cpu');
    expect(facts.notices).toHaveLength(1);
    expect(facts.notices?.[0]).toContain(words);
    expect(facts.notices?.[0]).toContain('processor');
  });

  it('leaves the model’s own faults as they are', async () => {
    const damaged = new WinnowError('model-damaged', 'It is damaged.', 'Fetch it again.');
    const { tried, load } = loader(() => damaged);
    await expect(loadOrFallBack('webgpu', load, onWebGpu)).rejects.toBe(damaged);
    expect(tried).toEqual(['webgpu']);
  });

  it('refuses a device that was asked for by name and does not exist here', async () => {
    const { tried, load } = loader(() => null);
    const absent = process.platform === 'win32' ? 'coreml' : 'dml';
    await expect(loadOrFallBack(absent, load)).rejects.toMatchObject({
      code: 'device-unavailable',
    });
    expect(tried).toEqual([]);
  });
});

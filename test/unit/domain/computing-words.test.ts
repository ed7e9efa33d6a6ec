import { describe, expect, it } from 'vitest';
import type { DeviceName } from '../../../src-main/contract/engine.ts';
import { computingWords, formWords } from '../../../src-main/domain/computing-words.ts';
import { aRun } from '../../helpers/stored-runs.ts';

describe('how the models of a run computed', () => {
  const { generator, reward } = aRun();
  const on = (device: DeviceName) => ({ ...reward, device });

  it('is one fact where all ran on one device', () => {
    expect(computingWords({ generator, reward, judge: reward })).toEqual([
      'on the processor, exact (32 bits)',
    ]);
  });

  it('names the devices of the models that judge where they are others', () => {
    const written = { ...generator, device: 'webgpu' as const, form: '4-bit' };
    expect(computingWords({ generator: written, reward: on('cpu'), judge: on('webgpu') })).toEqual([
      'on the graphics card (WebGPU), as stored (4 bits)',
      'judged on the processor',
    ]);
    expect(computingWords({ generator, reward, judge: on('cuda') })).toEqual([
      'on the processor, exact (32 bits)',
      'second opinion on the NVIDIA graphics card (CUDA)',
    ]);
  });

  it('knows every form, and passes on what it does not know', () => {
    expect(['int8', '8-bit', '4-bit fp16', 'fp16'].map(formWords)).toEqual([
      'with 8-bit numbers (faster, slightly different)',
      'as stored (8 bits)',
      'as stored (4 bits, fp16)',
      'as stored (16 bits)',
    ]);
    expect(formWords('something new')).toBe('something new');
  });
});

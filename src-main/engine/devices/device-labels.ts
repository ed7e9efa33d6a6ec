import type { DeviceName } from '../../contract/engine.ts';

/** Devices in words. */
export const deviceLabels: Readonly<Record<DeviceName, string>> = {
  cpu: 'the processor',
  cuda: 'an NVIDIA graphics card, through CUDA',
  dml: 'a graphics card, through DirectML',
  webgpu: 'a graphics card, through WebGPU',
  coreml: 'Apple hardware, through Core ML',
};

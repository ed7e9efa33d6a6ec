/** The devices that can compute, in words for people who never heard their names. */
import type { DeviceName } from '../../src-main/contract/engine.ts';

const words: Record<DeviceName, { label: string; term: string }> = {
  cpu: { label: 'Processor', term: 'CPU' },
  cuda: { label: 'NVIDIA graphics card', term: 'CUDA' },
  dml: { label: 'Graphics card on Windows', term: 'DirectML' },
  webgpu: { label: 'Graphics card', term: 'WebGPU' },
  coreml: { label: 'Apple hardware', term: 'Core ML' },
};

export function deviceLabel(name: DeviceName): string {
  return words[name].label;
}

/** The field's term. */
export function deviceTerm(name: DeviceName): string {
  return words[name].term;
}

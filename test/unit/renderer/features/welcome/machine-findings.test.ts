import { describe, expect, it } from 'vitest';
import type { DeviceFacts, DeviceName } from '../../../../../src-main/contract/engine.ts';
import { machineFindings } from '../../../../../src-renderer/features/welcome/machine-findings.ts';

const facts = {
  version: '1.2.3',
  cpu: 'Some processor, 8 cores',
  memoryBytes: 16 * 2 ** 30,
  platform: 'linux' as const,
  builtInModels: { generator: 'g', reward: 'r' },
  dataFolder: '/data',
};
const processor: DeviceFacts = { name: 'cpu', usable: true, reason: 'Some processor' };
const card = (usable: boolean): DeviceFacts => ({ name: 'cuda', usable, reason: 'A reason' });

describe('what was found', () => {
  it('names the processor and the memory', () => {
    const { findings } = machineFindings(facts, [processor], 'auto');
    expect(findings[0]).toMatchObject({ label: 'Processor', text: 'Some processor, 8 cores' });
    expect(findings[1]).toMatchObject({ label: 'Memory', text: '16 GB' });
  });

  it('says that no graphics card can be used, or which', () => {
    const without = machineFindings(facts, [processor, card(false)], 'auto');
    expect(without.findings[2]?.text).toBe('no graphics card that Winnow can use');
    const withCard = machineFindings(facts, [processor, card(true)], 'auto');
    expect(withCard.findings[2]?.text).toBe('NVIDIA graphics card (CUDA)');
  });
});

describe('the device that was chosen', () => {
  it('is the processor where there is nothing else, and why', () => {
    const { choice } = machineFindings(facts, [processor, card(false)], 'auto');
    expect(choice).toMatch(/^Winnow will use the processor, on which everything is tested\./);
  });

  it('is found out at the first comparison where there is a graphics card', () => {
    const { choice } = machineFindings(facts, [processor, card(true)], 'auto');
    expect(choice).toMatch(/^Winnow tries your graphics card at the first comparison/);
  });

  it('is what a person chose before', () => {
    const choiceOf = (wanted: DeviceName) =>
      machineFindings(facts, [processor, card(true)], wanted).choice;
    expect(choiceOf('cuda')).toBe('Winnow will use the CUDA device, because you chose it.');
    expect(choiceOf('cpu')).toBe('Winnow will use the processor, because you chose it.');
  });
});

/** What was found on this computer and which device does the work, in whole sentences. */
import type { DeviceFacts, DeviceName } from '../../../src-main/contract/engine.ts';
import type { AppFacts } from '../../../src-main/contract/methods.ts';
import { deviceLabel, deviceTerm } from '../../lib/device-words.ts';
import { machineMemory } from '../../lib/format.ts';
import type { IconName } from '../../lib/icons.ts';

export interface Finding {
  icon: IconName;
  label: string;
  text: string;
}

/**
 * @param devices what the trials found
 * @param wanted the device of the next comparison
 */
export function machineFindings(
  facts: AppFacts,
  devices: readonly DeviceFacts[],
  wanted: DeviceName | 'auto',
): { findings: Finding[]; choice: string } {
  const cards = devices.filter(({ name, usable }) => usable && name !== 'cpu');
  const findings: Finding[] = [
    { icon: 'chip', label: 'Processor', text: facts.cpu },
    { icon: 'memory', label: 'Memory', text: machineMemory(facts.memoryBytes) },
    { icon: 'computer', label: 'Graphics', text: graphicsText(cards) },
  ];
  return { findings, choice: choiceText(wanted, cards.length > 0) };
}

function graphicsText(cards: readonly DeviceFacts[]): string {
  if (cards.length === 0) return 'no graphics card that Winnow can use';
  return cards.map(({ name }) => `${deviceLabel(name)} (${deviceTerm(name)})`).join(', ');
}

function choiceText(wanted: DeviceName | 'auto', hasCard: boolean): string {
  if (wanted === 'cpu') return 'Winnow will use the processor, because you chose it.';
  if (wanted !== 'auto') {
    return `Winnow will use the ${deviceTerm(wanted)} device, because you chose it.`;
  }
  return hasCard
    ? 'Winnow tries your graphics card at the first comparison, and uses it if it is faster and writes the same. Otherwise it uses the processor.'
    : 'Winnow will use the processor, on which everything is tested. The built-in models are made for that.';
}

/** The fields of the exact settings: the field's own terms, with their ranges. */
import {
  deviceNames,
  type DeviceFacts,
  type DeviceName,
} from '../../../src-main/contract/engine.ts';
import type { RunSettings } from '../../../src-main/contract/run.ts';
import { limits } from '../../../src-main/contract/settings.ts';
import { deviceLabel, deviceTerm } from '../../lib/device-words.ts';

export interface NumberField {
  label: string;
  term: string;
  help: string;
  min: number;
  max: number;
  step: number | 'any';
  unit?: string;
}

type Keyed<Key> = NumberField & { key: Key };

const between = ({ minimum, maximum }: { minimum: number; maximum: number }) => ({
  min: minimum,
  max: maximum,
});

export const numberFields: readonly Keyed<'candidates' | 'alpha' | 'maxTokens'>[] = [
  {
    key: 'candidates',
    label: 'Answers',
    term: 'Candidates (N)',
    help: 'How many answers each strategy may start.',
    ...between(limits.candidates),
    step: 1,
  },
  {
    key: 'alpha',
    label: 'Share stopped',
    term: 'Alpha',
    help: 'The share of answers that is stopped whenever the memory is full. 0 stops nothing.',
    ...between(limits.alpha),
    step: 0.05,
  },
  {
    key: 'maxTokens',
    label: 'Longest answer',
    term: 'Max tokens',
    help: 'No answer is longer, its end token included.',
    unit: 'tokens',
    ...between(limits.maxTokens),
    step: 1,
  },
];

export const samplingFields: readonly Keyed<keyof RunSettings['sampling']>[] = [
  {
    key: 'temperature',
    label: 'Temperature',
    term: 'Temperature',
    help: 'How freely words are drawn: 1 as the model has it, lower is safer, 0 always takes the likeliest.',
    min: 0,
    max: 10,
    step: 0.1,
  },
  {
    key: 'topK',
    label: 'Top-k',
    term: 'Top-k',
    help: 'Draw only from the k likeliest tokens. 0 keeps all.',
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    step: 1,
  },
  {
    key: 'topP',
    label: 'Top-p',
    term: 'Top-p',
    help: 'Draw only from the likeliest tokens that together hold this probability. 1 keeps all.',
    min: 0,
    max: 1,
    step: 0.05,
  },
  {
    key: 'minP',
    label: 'Min-p',
    term: 'Min-p',
    help: 'Draw only from tokens at least this fraction as likely as the likeliest. 0 keeps all.',
    min: 0,
    max: 1,
    step: 0.05,
  },
  {
    key: 'repetitionPenalty',
    label: 'Repetition penalty',
    term: 'Repetition penalty',
    help: 'Makes tokens that were already written less likely. 1 is off.',
    min: 0,
    max: 10,
    step: 0.05,
  },
];

/** @param devices what was found here; the others cannot be chosen. Empty while it is not known */
export function deviceOptions(devices: readonly DeviceFacts[]) {
  const options = deviceNames.map((name) => {
    const found = devices.find((device) => device.name === name);
    const usable = found?.usable ?? devices.length === 0;
    return {
      value: name,
      label: usable ? words(name) : `${words(name)}: not here`,
      disabled: !usable,
    };
  });
  return [
    { value: 'auto' as const, label: 'Automatic: the fastest that writes the same' },
    ...options,
  ];
}

/** How the model that writes may compute. */
export const formOptions: readonly { value: RunSettings['form']; label: string }[] = [
  { value: 'auto', label: 'Automatic: as exact as the memory allows' },
  { value: 'fp32', label: 'Exact (32 bits)' },
  { value: 'stored', label: 'As stored (smallest)' },
  { value: 'int8', label: 'Faster, slightly different (8 bits)' },
];

const words = (name: DeviceName): string => `${deviceLabel(name)} (${deviceTerm(name)})`;

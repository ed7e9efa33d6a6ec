/** What is wrong with the settings in a form, in plain words and beside the field that it is about. */
import * as v from 'valibot';
import type { RunSettings } from '../../../src-main/contract/run.ts';
import { limits, runSettingsSchema } from '../../../src-main/contract/settings.ts';
import * as format from '../../lib/format.ts';

/** A field of the form: a setting, or one of the sampling settings. */
export type SettingField = keyof RunSettings | keyof RunSettings['sampling'];

export type SettingFaults = Partial<Record<SettingField, string>>;

const wholeFrom = ({ minimum, maximum }: { minimum: number; maximum: number }): string =>
  `Choose a whole number from ${format.count(minimum)} to ${format.count(maximum)}.`;

const sentences: Record<SettingField, string> = {
  strategies: 'Choose at least one strategy.',
  candidates: wholeFrom(limits.candidates),
  alpha: `Choose a number from ${limits.alpha.minimum} to ${limits.alpha.maximum}.`,
  memory: 'Choose a number of megabytes above 0.',
  maxTokens: wholeFrom(limits.maxTokens),
  seed: 'Choose a whole number, 0 or more.',
  hold: 'Choose what is held equal.',
  observe: 'Choose yes or no.',
  generator: 'Choose a model that writes.',
  reward: 'Choose a model that judges.',
  judge: 'Choose a model for the second opinion, or none.',
  device: 'Choose a device from the list.',
  form: 'Choose a precision from the list.',
  sampling: 'One of the numbers is missing.',
  temperature: 'Choose a number from 0 to 10.',
  topK: 'Choose a whole number, 0 or more; 0 keeps all.',
  topP: 'Choose a number above 0, at most 1; 1 keeps all.',
  minP: 'Choose a number from 0 to below 1; 0 keeps all.',
  repetitionPenalty: 'Choose a number above 0, at most 10; 1 is off.',
};

/** Empty where a run can begin with these settings. */
export function settingFaults(settings: RunSettings): SettingFaults {
  const faults: SettingFaults = {};
  const checked = v.safeParse(runSettingsSchema, settings);
  for (const issue of checked.issues ?? []) {
    const field = fieldOf(v.getDotPath(issue) ?? '');
    if (field !== null) faults[field] ??= sentences[field];
  }
  const { hold, strategies } = settings;
  const isLimited = hold === 'tokens' || hold === 'time';
  if (isLimited && !strategies.includes('speculative-rejection')) {
    faults.hold ??= 'This needs Speculative Rejection, which the others are held to.';
  }
  if (settings.judge === settings.reward) {
    faults.judge ??= 'This model decides already. Choose another one, or none.';
  }
  return faults;
}

function fieldOf(path: string): SettingField | null {
  const name = path.replace(/^sampling\./, '').replace(/\.\d+$/, '');
  return Object.hasOwn(sentences, name) ? (name as SettingField) : null;
}

/** A small self-test and measurement of one device with the models at hand. */
import * as v from 'valibot';
import { deviceNames, type DeviceName } from './devices.ts';
import { linearForms, type LinearForm } from './linear-forms.ts';

export interface DeviceTrialRequest {
  generator: string;
  /** A reward model's path, or `likelihood`. */
  reward: string;
  device: DeviceName;
  /** As in LoadGeneratorRequest. */
  form?: LinearForm | 'auto';
  preparedFolder: string;
}

export const deviceTrialSchema = v.object({
  generator: v.string(),
  reward: v.string(),
  device: v.picklist(deviceNames),
  form: v.exactOptional(v.picklist(['auto', ...linearForms])),
  preparedFolder: v.string(),
}) satisfies v.GenericSchema<DeviceTrialRequest>;

/** What a device made of a known prompt. */
export interface DeviceTrial {
  /** The form that the generator computes in. */
  form: string;
  /** The greedy answer first, then answers that were drawn with known random numbers. */
  answers: { tokens: number[]; logProbabilities: number[] }[];
  tokensPerSecond: number;
  /** Of known texts; null where no reward model is used, or where it failed on this device. */
  rewards: (number | null)[] | null;
}

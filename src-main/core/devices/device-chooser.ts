/**
 * The device for a comparison that names none: the fastest of those that write and score what the processor does, tried
 * once for each machine and pair of models. Everything runs in processes that live only for that, since drivers crash.
 */
import { stat } from 'node:fs/promises';
import type { DeviceTrial } from '../../contract/device-trial.ts';
import type { DeviceName, LoadProgress } from '../../contract/engine.ts';
import { cancelled } from '../../contract/errors.ts';
import { chooseDevices, type DeviceChoice, type TriedDevice } from '../../domain/device-choice.ts';
import type { StoppableEngine } from '../engine.ts';
import { keepFindings, readFindings, type DeviceFindings } from './choices-file.ts';

export type TrialEngine = Pick<StoppableEngine, 'devices' | 'tryDevice' | 'stop'>;

export interface DeviceChooserParts {
  /** Where findings are kept. */
  file: string;
  /** Of Winnow, onnxruntime and what else decides how devices behave. */
  versions: string;
  preparedFolder: string;
  /** Asks an engine process that lives only for this. */
  throwAway: <Result>(question: (engine: TrialEngine) => Promise<Result>) => Promise<Result>;
}

export interface ModelsToChooseFor {
  generator: string;
  reward: string;
}

export type ChooseDevice = (
  models: ModelsToChooseFor,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
) => Promise<DeviceChoice>;

const onProcessor: DeviceChoice = { generator: 'cpu', reward: 'cpu' };

/** Makes the chooser. It throws nothing but `cancelled`: where something fails, the processor is the answer. */
export function createDeviceChooser(parts: DeviceChooserParts): ChooseDevice {
  const { file, versions } = parts;
  return async (models, onProgress, signal) => {
    const findings = readFindings(file, versions) ?? (await findDevices(parts));
    if (findings === null) return onProcessor;
    const { usable } = findings;
    const cards = usable.filter((device) => device !== 'cpu');
    if (cards.length === 0) return onProcessor;
    const key = await keyOf(models);
    const before = findings.choices[key];
    if (before !== undefined) return before;
    const choice = await tryAll(parts, cards, models, { onProgress, signal });
    keepFindings(file, { ...findings, choices: { ...findings.choices, [key]: choice } });
    return choice;
  };
}

/** Asks which devices work, and keeps the answer; null where a driver took the process along. */
async function findDevices(parts: DeviceChooserParts): Promise<DeviceFindings | null> {
  const { file, versions, throwAway } = parts;
  const found = await throwAway((engine) => engine.devices()).catch(() => null);
  if (found === null) return null;
  const usable = found.flatMap((facts) => (facts.usable ? [facts.name] : []));
  const findings: DeviceFindings = { versions, usable, choices: {} };
  keepFindings(file, findings);
  return findings;
}

interface TrialOptions {
  onProgress: (progress: LoadProgress) => void;
  signal: AbortSignal;
}

async function tryAll(
  parts: DeviceChooserParts,
  cards: readonly DeviceName[],
  models: ModelsToChooseFor,
  options: TrialOptions,
): Promise<DeviceChoice> {
  const processor = await tryOne(parts, 'cpu', models, options);
  // Then the fault is the model's, and whoever loads it next tells it.
  if (processor === null) return onProcessor;
  const tried: TriedDevice[] = [];
  for (const device of cards) {
    const trial = await tryOne(parts, device, models, options);
    if (trial !== null) tried.push({ device, trial });
  }
  return chooseDevices(processor, tried);
}

/** null where the device did not get through. */
async function tryOne(
  { throwAway, preparedFolder }: DeviceChooserParts,
  device: DeviceName,
  models: ModelsToChooseFor,
  { onProgress, signal }: TrialOptions,
): Promise<DeviceTrial | null> {
  return throwAway(async (engine) => {
    const stop = (): void => void engine.stop();
    signal.addEventListener('abort', stop);
    try {
      if (signal.aborted) throw cancelled();
      const { generator, reward } = models;
      return await engine.tryDevice({ generator, reward, device, preparedFolder }, onProgress);
    } catch {
      if (signal.aborted) throw cancelled();
      return null;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  });
}

/** The same paths, sizes and times of change: the same models. */
async function keyOf({ generator, reward }: ModelsToChooseFor): Promise<string> {
  const stamps = [generator, reward].map(async (path) => {
    const facts = path === 'likelihood' ? null : await stat(path).catch(() => null);
    return `${path} ${facts?.size ?? 0} ${facts?.mtimeMs ?? 0}`;
  });
  return (await Promise.all(stamps)).join(' | ');
}

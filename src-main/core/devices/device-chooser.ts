/**
 * The device for a comparison that names none: the fastest of those that write and score what the processor does, tried
 * once for each machine and pair of models. Everything runs in processes that live only for that, since drivers crash.
 */
import type { DeviceTrial } from '../../contract/device-trial.ts';
import type { DeviceName, LoadProgress } from '../../contract/engine.ts';
import { cancelled, WinnowError, type ErrorCode } from '../../contract/errors.ts';
import { chooseDevices, type DeviceChoice, type TriedDevice } from '../../domain/device-choice.ts';
import type { StoppableEngine } from '../engine.ts';
import { choiceKey, type ModelsToChooseFor, type Stamp } from './choice-key.ts';
import { keepFindings, readFindings, type DeviceFindings } from './choices-file.ts';

export type TrialEngine = Pick<StoppableEngine, 'devices' | 'tryDevice' | 'stop'>;

export interface DeviceChooserParts {
  /** Where findings are kept. */
  file: string;
  /** Of Winnow, onnxruntime and what else decides how devices behave. */
  versions: string;
  preparedFolder: string;
  stamp: Stamp;
  /** Asks an engine process that lives only for this. */
  throwAway: <Result>(question: (engine: TrialEngine) => Promise<Result>) => Promise<Result>;
  /** Frees what the comparisons' engine holds: trials need the memory, and load the same models again. */
  freeModels: () => Promise<void>;
  /** Milliseconds, UTC. */
  now?: () => number;
}

export type ChooseDevice = (
  models: ModelsToChooseFor,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
) => Promise<DeviceChoice>;

const onProcessor: DeviceChoice = { generator: 'cpu', reward: 'cpu' };

/** Failures that say that a card cannot do it. Others pass: memory that something else holds, a full disk. */
const verdicts: readonly ErrorCode[] = ['engine-died', 'device-failed'];

/** How long a choice holds in which a card had such a passing failure: a trial can take a minute. */
const passingMs = 3_600_000;

/** Makes the chooser. It throws nothing but `cancelled`: where something fails, the processor is the answer. */
export function createDeviceChooser(parts: DeviceChooserParts): ChooseDevice {
  const { file, versions } = parts;
  return async (models, onProgress, signal) => {
    // Only processors have the products that this form is made of.
    if (models.form === 'int8') return onProcessor;
    const findings =
      readFindings(file, versions) ?? (await findDevices(parts, { onProgress, signal }));
    if (findings === null) return onProcessor;
    const { usable } = findings;
    const cards = usable.filter((device) => device !== 'cpu');
    if (cards.length === 0) return onProcessor;
    const key = await choiceKey(parts.stamp, models);
    const { now = Date.now } = parts;
    const before = findings.choices[key];
    if (before !== undefined && now() < (before.until ?? Infinity)) return before;
    await parts.freeModels();
    const found = await tryAll(parts, cards, models, { onProgress, signal });
    // Then the fault is the model's or passes, and whoever loads the model next tells it.
    if (found === null) return onProcessor;
    const { choice, isFinal } = found;
    const kept = isFinal ? choice : { ...choice, until: now() + passingMs };
    keepFindings(file, { ...findings, choices: { ...findings.choices, [key]: kept } });
    return choice;
  };
}

/** Asks which devices work, and keeps the answer; null where a driver took the process along. */
async function findDevices(
  parts: DeviceChooserParts,
  { onProgress, signal }: TrialOptions,
): Promise<DeviceFindings | null> {
  const { file, versions } = parts;
  onProgress({ step: 'trying', fraction: 0 });
  const found = await ask(parts, signal, (engine) => engine.devices()).catch((error: unknown) => {
    if (signal.aborted) throw error;
    return null;
  });
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

/** null where not even the processor got through. */
async function tryAll(
  parts: DeviceChooserParts,
  cards: readonly DeviceName[],
  models: ModelsToChooseFor,
  options: TrialOptions,
): Promise<{ choice: DeviceChoice; isFinal: boolean } | null> {
  let done = 0;
  const tryNext = (device: DeviceName): Promise<Outcome> => {
    const trying: LoadProgress = { step: 'trying', fraction: done++ / (cards.length + 1) };
    options.onProgress(trying);
    // What a trial does with the models is part of it; only preparing them takes long, and stays.
    const onProgress = (progress: LoadProgress): void =>
      options.onProgress(progress.step === 'preparing' ? progress : trying);
    return tryOne(parts, device, models, { ...options, onProgress });
  };
  const processor = await tryNext('cpu');
  if (processor.trial === null) return null;
  const tried: TriedDevice[] = [];
  let isFinal = true;
  for (const device of cards) {
    const { trial, isPassing } = await tryNext(device);
    if (trial !== null) tried.push({ device, trial });
    isFinal &&= !isPassing;
  }
  return { choice: chooseDevices(processor.trial, tried), isFinal };
}

/** What a device made of the models; `trial` is null where it did not get through. */
interface Outcome {
  trial: DeviceTrial | null;
  /** It failed, and may get through another time. */
  isPassing: boolean;
}

async function tryOne(
  parts: DeviceChooserParts,
  device: DeviceName,
  models: ModelsToChooseFor,
  { onProgress, signal }: TrialOptions,
): Promise<Outcome> {
  const { preparedFolder } = parts;
  const { generator, reward, form } = models;
  const request = { generator, reward, form, device, preparedFolder };
  try {
    const trial = await ask(parts, signal, (engine) => engine.tryDevice(request, onProgress));
    return { trial, isPassing: false };
  } catch (error) {
    if (signal.aborted) throw error;
    const isVerdict = error instanceof WinnowError && verdicts.includes(error.code);
    return { trial: null, isPassing: !isVerdict };
  }
}

/** Asks an engine of its own, until a person stops it: then it throws `cancelled`, whatever the engine threw. */
function ask<Answer>(
  { throwAway }: DeviceChooserParts,
  signal: AbortSignal,
  question: (engine: TrialEngine) => Promise<Answer>,
): Promise<Answer> {
  return throwAway(async (engine) => {
    const stop = (): void => void engine.stop();
    signal.addEventListener('abort', stop);
    try {
      if (signal.aborted) throw cancelled();
      return await question(engine);
    } catch (error) {
      throw signal.aborted ? cancelled() : error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  });
}

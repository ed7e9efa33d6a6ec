/** Loads the models of a comparison, on the devices that its settings ask for. */
import type {
  DeviceName,
  GeneratorFacts,
  LoadProgress,
  ModelRole,
  RewardFacts,
} from '../../contract/engine.ts';
import type { RunSettings } from '../../contract/run.ts';
import type { DeviceChoice } from '../../domain/device-choice.ts';
import type { ChooseDevice } from '../devices/device-chooser.ts';
import type { StoppableEngine } from '../engine.ts';

export interface LoadModelsParts {
  engine: StoppableEngine;
  /** Where prepared models are kept. */
  preparedFolder: string;
  /** Tells which device is the best where the settings leave it open; the processor where absent. */
  chooseDevice?: ChooseDevice;
}

export type LoadListener = (progress: {
  type: 'loading';
  what: ModelRole;
  progress: LoadProgress;
}) => void;

export interface LoadedModels {
  generator: GeneratorFacts;
  reward: RewardFacts;
  judge: RewardFacts | null;
}

/** The device of each model. */
export interface ComparisonDevices extends DeviceChoice {
  judge: DeviceName;
}

/**
 * The devices for a comparison: the one that is named, or those that turn out to be the best. A judge, which works off
 * the clock, is not tried: where no device is named, it runs on the processor.
 * @throws cancelled
 */
export async function devicesFor(
  { chooseDevice }: LoadModelsParts,
  settings: RunSettings,
  listener: LoadListener,
  signal: AbortSignal,
): Promise<ComparisonDevices> {
  const { device } = settings;
  if (device !== 'auto') return { generator: device, reward: device, judge: device };
  const processor: ComparisonDevices = { generator: 'cpu', reward: 'cpu', judge: 'cpu' };
  if (chooseDevice === undefined) return processor;
  return {
    ...processor,
    ...(await chooseDevice(settings, telling(listener, 'generator'), signal)),
  };
}

/** @throws the errors of loading a generator and reward models */
export async function loadModels(
  { engine, preparedFolder }: LoadModelsParts,
  settings: RunSettings,
  devices: ComparisonDevices,
  listener: LoadListener,
): Promise<LoadedModels> {
  const request = (path: string, device: DeviceName) => ({ path, device, preparedFolder });
  // An earlier run's judge goes first, so that it takes no memory from this run's models.
  if (settings.judge === null) await engine.loadJudge(null);
  const beside = [settings.reward, ...(settings.judge === null ? [] : [settings.judge])];
  const generator = await engine.loadGenerator(
    { ...request(settings.generator, devices.generator), form: settings.form, beside },
    telling(listener, 'generator'),
  );
  // The likelihood comes from the generator, wherever that runs.
  const rewardRequest = (path: string, device: DeviceName) =>
    request(path, path === 'likelihood' ? generator.device : device);
  const reward = await engine.loadReward(
    rewardRequest(settings.reward, devices.reward),
    telling(listener, 'reward'),
  );
  const judge =
    settings.judge === null
      ? null
      : await engine.loadJudge(
          rewardRequest(settings.judge, devices.judge),
          telling(listener, 'judge'),
        );
  return { generator, reward, judge };
}

const telling =
  (listener: LoadListener, what: ModelRole) =>
  (progress: LoadProgress): void =>
    listener({ type: 'loading', what, progress });

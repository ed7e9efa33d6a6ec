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

/**
 * The devices for a comparison: the one that is named, or those that turn out to be the best.
 * @throws cancelled
 */
export async function devicesFor(
  { chooseDevice }: LoadModelsParts,
  settings: RunSettings,
  listener: LoadListener,
  signal: AbortSignal,
): Promise<DeviceChoice> {
  const { device } = settings;
  if (device !== 'auto') return { generator: device, reward: device };
  if (chooseDevice === undefined) return { generator: 'cpu', reward: 'cpu' };
  return chooseDevice(settings, telling(listener, 'generator'), signal);
}

/** @throws the errors of loading a generator and reward models */
export async function loadModels(
  { engine, preparedFolder }: LoadModelsParts,
  settings: RunSettings,
  devices: DeviceChoice,
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
  const rewardRequest = (path: string) =>
    request(path, path === 'likelihood' ? generator.device : devices.reward);
  const reward = await engine.loadReward(
    rewardRequest(settings.reward),
    telling(listener, 'reward'),
  );
  const judge =
    settings.judge === null
      ? null
      : await engine.loadJudge(rewardRequest(settings.judge), telling(listener, 'judge'));
  return { generator, reward, judge };
}

const telling =
  (listener: LoadListener, what: ModelRole) =>
  (progress: LoadProgress): void =>
    listener({ type: 'loading', what, progress });

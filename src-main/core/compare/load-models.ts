/** Loads the models of a comparison, on the device that its settings ask for. */
import type {
  DeviceName,
  GeneratorFacts,
  LoadProgress,
  ModelRole,
  RewardFacts,
} from '../../contract/engine.ts';
import type { RunSettings } from '../../contract/run.ts';
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

/** @throws the errors of loading a generator and reward models */
export async function loadModels(
  { engine, preparedFolder, chooseDevice }: LoadModelsParts,
  settings: RunSettings,
  listener: LoadListener,
  signal: AbortSignal,
): Promise<LoadedModels> {
  const telling = (what: ModelRole) => (progress: LoadProgress) =>
    listener({ type: 'loading', what, progress });
  const { device } = settings;
  const chosen =
    device === 'auto' && chooseDevice !== undefined
      ? await chooseDevice(settings, telling('generator'), signal)
      : { generator: device, reward: device };
  const request = (path: string, on: DeviceName | 'auto') => ({ path, device: on, preparedFolder });
  // An earlier run's judge goes first, so that it takes no memory from this run's models.
  if (settings.judge === null) await engine.loadJudge(null);
  const beside = [settings.reward, ...(settings.judge === null ? [] : [settings.judge])];
  const generator = await engine.loadGenerator(
    { ...request(settings.generator, chosen.generator), form: settings.form, beside },
    telling('generator'),
  );
  // The likelihood comes from the generator, wherever that runs.
  const rewardRequest = (path: string) =>
    request(path, path === 'likelihood' ? generator.device : chosen.reward);
  const reward = await engine.loadReward(rewardRequest(settings.reward), telling('reward'));
  const judge =
    settings.judge === null
      ? null
      : await engine.loadJudge(rewardRequest(settings.judge), telling('judge'));
  return { generator, reward, judge };
}

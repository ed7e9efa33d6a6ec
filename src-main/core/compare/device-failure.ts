/** What a comparison does when a device fails in its middle: it begins anew on the processor, for no run mixes devices. */
import { WinnowError } from '../../contract/errors.ts';
import type { RunRecord } from '../../contract/run.ts';
import type { ComparisonDevices } from './load-models.ts';
import type { SettingNotice } from './settings-as-used.ts';

/** Where a comparison runs, when its devices have failed. */
export interface OtherDevices {
  devices: ComparisonDevices;
  notice: SettingNotice;
}

const processor: ComparisonDevices = { generator: 'cpu', reward: 'cpu', judge: 'cpu' };

/**
 * What to do after a failure: null where another device would not help.
 * A process that died while it used a graphics card counts too, since drivers crash.
 */
export function afterDeviceFailure(
  error: unknown,
  { generator, reward, judge }: Pick<RunRecord, 'generator' | 'reward' | 'judge'>,
): OtherDevices | null {
  if (!(error instanceof WinnowError)) return null;
  const usesDevice = [generator, reward, judge].some(
    (facts) => facts !== null && facts.device !== 'cpu',
  );
  const isDevices = error.code === 'device-failed' || error.code === 'engine-died';
  if (!usesDevice || !isDevices) return null;
  return {
    devices: processor,
    notice: {
      code: 'device',
      message:
        'The graphics card failed in the middle of this comparison, so it began anew on the processor. What was written until then is kept as a run of its own.',
    },
  };
}

/**
 * What to do when the engine's process died while models were loaded: the same, where one was to run on a card, whoever
 * chose that.
 */
export function afterCrashWhileLoading(
  error: unknown,
  devices: ComparisonDevices,
): OtherDevices | null {
  const crashed = error instanceof WinnowError && error.code === 'engine-died';
  const usesCard = Object.values(devices).some((device) => device !== 'cpu');
  if (!crashed || !usesCard) return null;
  return {
    devices: processor,
    notice: {
      code: 'device',
      message:
        'The graphics card failed while the models were loaded, so the comparison runs on the processor.',
    },
  };
}

/** What the models have to tell of how they were loaded, once each. */
export function deviceNotices(models: readonly ({ notices?: string[] } | null)[]): SettingNotice[] {
  const messages = models.flatMap((facts) => facts?.notices ?? []);
  return [...new Set(messages)].map((message) => ({ code: 'device', message }));
}

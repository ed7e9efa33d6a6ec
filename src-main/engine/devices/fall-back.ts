/** Loads a model on the device that was asked for, and on the processor where that device fails. */
import type { DeviceName } from '../../contract/engine.ts';
import { WinnowError } from '../../contract/errors.ts';
import { deviceLabels } from './device-labels.ts';
import { resolveDevice } from './devices.ts';

interface Loaded {
  facts: { notices?: string[] };
}

/**
 * @param requested a device by name, or `auto`
 * @param load loads the model on one device
 * @returns the model; its facts tell where it is not on the device that was asked for
 * @throws device-unavailable where a device that was asked for by name cannot be used here at all; what `load` throws
 */
export async function loadOrFallBack<Model extends Loaded>(
  requested: DeviceName | 'auto',
  load: (device: DeviceName) => Promise<Model>,
  resolve: typeof resolveDevice = resolveDevice,
): Promise<Model> {
  const { device } = await resolve(requested);
  try {
    return await load(device);
  } catch (error) {
    if (device === 'cpu' || !isDevicesFault(error)) throw error;
    const model = await load('cpu');
    const reason =
      error.code === 'out-of-memory' ? 'there was not enough memory for it' : 'it failed';
    const notice = `The model was to run on ${deviceLabels[device]}, but ${reason}. It runs on the processor instead.`;
    model.facts.notices = [...(model.facts.notices ?? []), notice];
    return model;
  }
}

/** What another device may do better. */
function isDevicesFault(error: unknown): error is WinnowError {
  return (
    error instanceof WinnowError &&
    (error.code === 'device-failed' || error.code === 'out-of-memory')
  );
}

/** Opens a prepared model in the way that its device wants it. */
import { join } from 'node:path';
import type { CacheGeometry, DeviceName } from '../../contract/engine.ts';
import { decodePaths, type DecodePath } from '../devices/decode-paths.ts';
import { sessionOptions } from '../devices/session-options.ts';
import { blockTokens, type DecoderShape } from '../graph/model-weights.ts';
import type { InferenceSession } from '../onnxruntime.ts';
import { DecodeSession } from './decode-session.ts';
import type { Decoder } from './decoder.ts';
import { loadCacheTools } from './device-cache.ts';
import { DeviceDecoder } from './device-decoder.ts';
import { DeviceSession } from './device-session.ts';
import { GraphDecoder } from './graph-decoder.ts';
import { guardedDecoder, guardOf } from './guarded-decoder.ts';
import { deviceGraphFile, graphFile } from './prepared-model.ts';

export interface OpenDecoderOptions {
  device: DeviceName;
  /** As it is on the CPU; the decoder's own says what it is here. */
  geometry: CacheGeometry;
  /** The device's own where absent. */
  path?: DecodePath;
  /** Added to the options of the decoder's session, to profile it. */
  sessionExtras?: InferenceSession.SessionOptions;
}

/**
 * Loads a prepared model's graph on a device.
 * @throws WinnowError out-of-memory, device-failed; on the CPU what onnxruntime throws
 */
export async function openDecoder(
  folder: string,
  shape: DecoderShape,
  options: OpenDecoderOptions,
): Promise<Decoder> {
  const { device } = options;
  return guardedDecoder(await guardOf(device)(() => open(folder, shape, options)), device);
}

async function open(
  folder: string,
  shape: DecoderShape,
  { device, geometry, path = decodePaths[device], sessionExtras }: OpenDecoderOptions,
): Promise<Decoder> {
  const options = { ...sessionOptions(device), ...sessionExtras };
  if (path.kind === 'loop') {
    const session = await DecodeSession.load(join(folder, graphFile), shape, options);
    return new GraphDecoder(session, shape, geometry);
  }
  const { stepsPerRun } = path;
  const onDevice = path.cache === 'device';
  const session = await DeviceSession.load(
    join(folder, deviceGraphFile(stepsPerRun)),
    { shape, stepsPerRun, cacheOnDevice: onDevice },
    options,
  );
  try {
    const tools = await loadCacheTools(
      onDevice
        ? { ...sessionOptions(device), preferredOutputLocation: 'gpu-buffer' }
        : sessionOptions('cpu'),
    );
    const copied = { ...geometry, runTokens: blockTokens, copied: true };
    return new DeviceDecoder({ session, tools, shape, device, geometry: copied, stepsPerRun });
  } catch (error) {
    await session.close();
    throw error;
  }
}

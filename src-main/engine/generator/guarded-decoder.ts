/** A decoder on a device that can fail: whatever is thrown there becomes an error that says so. */
import type { DeviceName } from '../../contract/engine.ts';
import { explainDeviceFault } from '../devices/device-faults.ts';
import type { Decoder, DecoderLane } from './decoder.ts';

/** The same decoder, whose errors are `out-of-memory` and `device-failed`; on the CPU it stays as it is. */
export function guardedDecoder(decoder: Decoder, device: DeviceName): Decoder {
  if (device === 'cpu') return decoder;
  const guard = guardOf(device);
  return {
    geometry: decoder.geometry,
    begin: async (promptTokens) =>
      guardedLane(await guard(() => decoder.begin(promptTokens)), guard),
    close: () => decoder.close(),
  };
}

type Guard = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Turns what is thrown on a device into an error that says so. */
export function guardOf(device: DeviceName): Guard {
  return async (work) => {
    try {
      return await work();
    } catch (error) {
      throw explainDeviceFault(error, device);
    }
  };
}

function guardedLane(lane: DecoderLane, guard: Guard): DecoderLane {
  return {
    get cacheBytes() {
      return lane.cacheBytes;
    },
    get runRoom() {
      return lane.runRoom;
    },
    readChunk: (tokens) => guard(() => lane.readChunk(tokens)),
    start: (rows, mostTokens) => guard(() => lane.start(rows, mostTokens)),
    advance: (request) => guard(() => lane.advance(request)),
    keep: (rows) => guard(() => lane.keep(rows)),
    end: () => lane.end(),
  };
}

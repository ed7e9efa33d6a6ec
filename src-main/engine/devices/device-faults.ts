/** What went wrong on a graphics card, told from what onnxruntime and the drivers say. */
import type { DeviceName } from '../../contract/engine.ts';
import { WinnowError, type ErrorCode } from '../../contract/errors.ts';
import { describeThrown, isOutOfMemory, outOfMemory } from '../onnxruntime.ts';
import { deviceLabels } from './device-labels.ts';

/**
 * The drivers' own words for memory that ran out: Windows' E_OUTOFMEMORY, CUDA's error 2 and its libraries' states,
 * WebGPU's error type and its limits for one buffer.
 */
const memoryWords =
  /8007000E|not enough memory resources|CUDA failure 2:|CUBLAS_STATUS_ALLOC_FAILED|CUDNN_STATUS_ALLOC_FAILED|device error\(\d+\): out of memory|exceeds the max(imum)? buffer size/i;

/** The device is gone until it is opened again: removed, hung or reset by Windows, lost by WebGPU, CUDA's sticky errors. */
const lostWords =
  /887A000[5-7]|887A0020|device instance has been suspended|GPU will not respond to more commands|device (is |was )?(removed|lost|hung)|CUDA failure (700|702|715|717|719|999):|aborted.*mapAsync|mapAsync.*previous error/i;

/** Whether what was thrown means that memory ran out, the processor's or the card's. */
function isDeviceOutOfMemory(thrown: unknown): boolean {
  return isOutOfMemory(thrown) || memoryWords.test(describeThrown(thrown));
}

/** Whether what was thrown means that the device is gone. */
function isDeviceLost(thrown: unknown): boolean {
  return lostWords.test(describeThrown(thrown));
}

/** What is told of a model may be the device's fault: the processor, which tries it next, will say so if it is not. */
const doubtfulOnDevice: readonly ErrorCode[] = [
  'engine-failed',
  'model-damaged',
  'model-format-unsupported',
];

/**
 * The error for anything that onnxruntime threw while it worked on a device. Errors that are told already stay as they
 * are, but for those of the model that may be the device's, and so does what is thrown on the CPU.
 */
export function explainDeviceFault(thrown: unknown, device: DeviceName): unknown {
  if (thrown instanceof WinnowError) {
    const isDoubtful = device !== 'cpu' && doubtfulOnDevice.includes(thrown.code);
    return isDoubtful ? deviceFailed(thrown.details['cause'] ?? thrown, device) : thrown;
  }
  if (isDeviceOutOfMemory(thrown)) return outOfMemory(thrown);
  return device === 'cpu' ? thrown : deviceFailed(thrown, device);
}

/** The error for a device that was usable and then did not work. */
export function deviceFailed(thrown: unknown, device: DeviceName): WinnowError {
  const lost = isDeviceLost(thrown);
  return new WinnowError(
    'device-failed',
    lost
      ? `The connection to the device was lost (${deviceLabels[device]}).`
      : `The device could not run the model (${deviceLabels[device]}).`,
    'Run it on the processor instead: choose the device "cpu". A newer graphics driver may help.',
    { device, lost, cause: describeThrown(thrown) },
    { cause: thrown },
  );
}

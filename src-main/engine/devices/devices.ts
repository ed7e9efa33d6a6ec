/**
 * What can compute here. The answer comes from a trial, not from a list: a graph of one node is run on the device. A
 * device that was asked for by name and does not work is an error, never silently the CPU.
 */
import { cpus } from 'node:os';
import { deviceNames, type DeviceFacts, type DeviceName } from '../../contract/engine.ts';
import { WinnowError } from '../../contract/errors.ts';
import { describeThrown, loadOnnxRuntime } from '../onnxruntime.ts';
import { deviceLabels } from './device-labels.ts';
import { computingThreads, sessionOptions } from './session-options.ts';

/** An ONNX model of one node, y = Neg(x), with x and y float32 [1]; 58 bytes. */
const trialModel = Buffer.from(
  'CAg6MgoLCgF4EgF5IgNOZWcSAWdaDwoBeBIKCggIARIECgIIAWIPCgF5EgoKCAgBEgQKAggBQgIQEQ==',
  'base64',
);

/** Every device that Winnow knows, and whether it can be used on this machine. */
export async function listDevices(): Promise<DeviceFacts[]> {
  const devices: DeviceFacts[] = [];
  for (const name of deviceNames) devices.push(await examineDevice(name));
  return devices;
}

/**
 * Chooses the device to load a model on.
 * @param requested a device by name, or `auto`: the CPU, the one on which everything is tested
 * @throws WinnowError device-unavailable where a device asked for by name cannot be used here
 */
export async function resolveDevice(
  requested: DeviceName | 'auto',
): Promise<{ device: DeviceName }> {
  if (requested === 'auto') return { device: 'cpu' };
  const { usable, reason } = await examineDevice(requested);
  if (usable) return { device: requested };
  throw new WinnowError(
    'device-unavailable',
    `The device "${requested}" cannot be used here: ${lowerFirst(reason)}`,
    'Choose "auto" or "cpu", which work on every machine.',
    { device: requested },
  );
}

async function examineDevice(name: DeviceName): Promise<DeviceFacts> {
  const fault = await tryDevice(name);
  return fault === undefined
    ? { name, usable: true, reason: describeUsable(name) }
    : { name, usable: false, reason: describeUnusable(name, fault) };
}

/** Runs the trial graph. Returns undefined where it gave the right number, else what went wrong. */
async function tryDevice(name: DeviceName): Promise<string | undefined> {
  const { InferenceSession, Tensor } = await loadOnnxRuntime();
  try {
    const session = await InferenceSession.create(trialModel, sessionOptions(name));
    try {
      const { y } = await session.run({ x: new Tensor('float32', [2], [1]) });
      return y?.data[0] === -2 ? undefined : 'the trial gave a wrong number';
    } finally {
      await session.release();
    }
  } catch (error) {
    return describeThrown(error);
  }
}

function describeUsable(name: DeviceName): string {
  switch (name) {
    case 'cpu': {
      const model = cpus()[0]?.model.trim() ?? 'unknown processor';
      const threads = computingThreads();
      return `${model}, ${threads} ${threads === 1 ? 'core' : 'cores'}`;
    }
    default: {
      const label = deviceLabels[name];
      return label.charAt(0).toUpperCase() + label.slice(1);
    }
  }
}

/** A sentence for a person; what onnxruntime says names its own source files and helps nobody. */
function describeUnusable(name: DeviceName, fault: string): string {
  const missing = /backend not found/.test(fault);
  switch (name) {
    case 'cpu':
      return `The processor could not be used: ${fault}`;
    case 'cuda':
      return missing
        ? 'CUDA exists only for NVIDIA graphics cards on Linux and Windows.'
        : 'No NVIDIA graphics card with the CUDA libraries that Winnow needs was found. In a clone on Linux, “npm run setup:cuda” fetches them. WebGPU uses such a card without them.';
    case 'dml':
      return missing
        ? 'DirectML exists only on Windows.'
        : 'No graphics card that DirectML can use was found.';
    case 'webgpu':
      return missing
        ? 'WebGPU is not part of Winnow on this system.'
        : 'No graphics card that WebGPU can use was found.';
    case 'coreml':
      return missing ? 'Core ML exists only on macOS.' : 'Core ML could not be started.';
  }
}

function lowerFirst(sentence: string): string {
  // Names such as "CUDA" and "DirectML" keep their capitals.
  return /^[A-Z][a-z ]/.test(sentence) && !/^(Direct|Web|Core)/.test(sentence)
    ? sentence.charAt(0).toLowerCase() + sentence.slice(1)
    : sentence;
}

/**
 * The one place that loads onnxruntime. It is loaded at the first use, because it is large and because a machine on
 * which it cannot start must still be able to open the history.
 */
import { totalmem } from 'node:os';
import type * as OnnxRuntime from 'onnxruntime-node';
import { WinnowError } from '../contract/errors.ts';

export type { InferenceSession, Tensor } from 'onnxruntime-node';

let runtime: Promise<typeof OnnxRuntime> | undefined;

/**
 * Loads onnxruntime once per process, with its own messages to the terminal turned off.
 * @throws WinnowError engine-failed where its native part does not exist for this machine or cannot be loaded
 */
export function loadOnnxRuntime(): Promise<typeof OnnxRuntime> {
  runtime ??= importOnnxRuntime();
  return runtime;
}

async function importOnnxRuntime(): Promise<typeof OnnxRuntime> {
  // onnxruntime would send usage data to its makers; nothing leaves the computer that runs Winnow.
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  try {
    const loaded = await import('onnxruntime-node');
    loaded.env.logLevel = 'fatal';
    keepHalvesReadable(loaded);
    return loaded;
  } catch (error) {
    throw new WinnowError(
      'engine-failed',
      'The part of Winnow that runs models could not be started on this machine.',
      'Winnow runs models on 64-bit Linux and Windows and on Macs with Apple silicon. On one of these, install Winnow again.',
      { platform: process.platform, architecture: process.arch, cause: describeThrown(error) },
      { cause: error },
    );
  }
}

/**
 * onnxruntime-node 1.30 takes a tensor over a Float16Array for an empty one. Whether there are such arrays is looked up
 * once, when the first tensor is made: told that there are none, it keeps halves in Uint16Arrays, which it reads well.
 */
function keepHalvesReadable({ Tensor }: typeof OnnxRuntime): void {
  const found = Reflect.getOwnPropertyDescriptor(globalThis, 'Float16Array');
  if (found === undefined) return;
  Reflect.deleteProperty(globalThis, 'Float16Array');
  try {
    new Tensor('float32', [0], [1]);
  } finally {
    Reflect.defineProperty(globalThis, 'Float16Array', found);
  }
}

/** One line about anything that was thrown: native code does not always throw Error objects. */
export function describeThrown(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 500);
}

/** What onnxruntime says, and V8 of an ArrayBuffer that it cannot make or grow (`Invalid …`: larger than any can be). */
const memoryWords =
  /bad_alloc|failed to allocate|allocation fail|out of memory|invalid array buffer (max )?length/i;

/** Whether what onnxruntime (or JavaScript) threw means that memory ran out. */
export function isOutOfMemory(thrown: unknown): boolean {
  return memoryWords.test(describeThrown(thrown));
}

/** The error for a run that memory did not suffice for. */
export function outOfMemory(thrown: unknown): WinnowError {
  return new WinnowError(
    'out-of-memory',
    'There was not enough memory for this.',
    'Close other programs, or choose fewer candidates, a smaller memory budget or a smaller model.',
    { totalBytes: totalmem(), cause: describeThrown(thrown) },
    { cause: thrown },
  );
}

/** The ONNX graph of a reward model: opened, checked for its inputs and outputs, and run on one batch of texts. */
import type { DeviceName } from '../../contract/engine.ts';
import type { WinnowError } from '../../contract/errors.ts';
import { explainDeviceFault } from '../devices/device-faults.ts';
import { sessionOptions } from '../devices/session-options.ts';
import { halfTable } from '../gguf/half.ts';
import {
  describeThrown,
  isOutOfMemory,
  loadOnnxRuntime,
  outOfMemory,
  type InferenceSession,
  type Tensor,
} from '../onnxruntime.ts';
import { damagedRewardModel, explainRun, invalidRewardModel } from './faults.ts';
import { checkInputs, makeFeeds, type BatchLayout, type KnownInput } from './feeds.ts';
import { weightedSum, type RewardHead } from './heads.ts';
import type { EncodedText } from './window.ts';

export interface RewardSession {
  /**
   * Scores one batch. A single text is given twice: onnxruntime's product of a one-row matrix sums in another order than
   * that of two or more, and a reward must not depend on how many texts are scored.
   * @param texts the texts, none longer than `length`
   * @param length what all are padded to
   * @returns one reward for each; NaN and infinite ones as they are
   * @throws WinnowError out-of-memory, engine-failed
   */
  run(texts: readonly EncodedText[], length: number): Promise<number[]>;
  close(): Promise<void>;
}

/**
 * Opens the graph: inputs as feeds.ts knows them; output fp32 or fp16 `[texts, heads]`.
 * @param heads the outputs of the model and how much each counts
 * @throws WinnowError model-damaged, reward-model-invalid, out-of-memory
 */
export async function openRewardSession(
  modelPath: string,
  device: DeviceName,
  heads: readonly RewardHead[],
  layout: BatchLayout,
): Promise<RewardSession> {
  const { InferenceSession, Tensor } = await loadOnnxRuntime();
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(modelPath, sessionOptions(device));
  } catch (error) {
    // On a graphics card the device may be at fault; if the model is, the processor will say so.
    throw device === 'cpu' ? explainOpening(error) : explainDeviceFault(error, device);
  }
  let inputs: KnownInput[];
  let outputName: string;
  try {
    inputs = checkInputs(session.inputMetadata);
    outputName = checkOutputs(session.outputMetadata, heads.length);
  } catch (error) {
    await session.release();
    throw error;
  }

  const run = async (given: readonly EncodedText[], length: number): Promise<number[]> => {
    const texts = given.length === 1 ? [...given, ...given] : given;
    const feeds = makeFeeds(inputs, Tensor, { texts, length }, layout);
    let output: Tensor | undefined;
    try {
      output = (await session.run(feeds))[outputName];
    } catch (error) {
      throw device === 'cpu' ? explainRun(error) : explainDeviceFault(error, device);
    }
    const numbers = numbersOf(output);
    if (numbers?.length !== texts.length * heads.length) {
      throw invalidRewardModel(
        `This model does not give ${counted(heads.length)} for each text, as its config.json says.`,
      );
    }
    return given.map((_, row) => weightedSum(numbers.slice(row * heads.length), heads));
  };
  return { run, close: () => session.release() };
}

/** fp16 comes as numbers where this version of Node knows them, else as their bits. */
function numbersOf(output: Tensor | undefined): number[] | undefined {
  if (output?.type === 'float32') return Array.from(output.data as Float32Array);
  if (output?.type !== 'float16') return undefined;
  if (!(output.data instanceof Uint16Array)) return Array.from(output.data as ArrayLike<number>);
  const halves = halfTable();
  return Array.from(output.data, (bits) => halves[bits] ?? NaN);
}

const counted = (count: number) => (count === 1 ? 'one number' : `${count} numbers`);

function checkOutputs(outputs: readonly InferenceSession.ValueMetadata[], heads: number): string {
  const output = outputs.find(({ name }) => name === 'logits') ?? outputs[0];
  if (output === undefined || (outputs.length > 1 && output.name !== 'logits')) {
    throw invalidRewardModel('This ONNX model does not say which of its outputs is the reward.');
  }
  const isNumbers =
    output.isTensor &&
    (output.type === 'float32' || output.type === 'float16') &&
    output.shape.length === 2;
  if (!isNumbers) {
    throw invalidRewardModel(
      `The output "${output.name}" of this ONNX model has another form than a reward (numbers in 32 or 16 bits for each text).`,
    );
  }
  const width = output.shape[1];
  if (typeof width === 'number' && width !== heads) {
    throw invalidRewardModel(
      `This ONNX model gives ${counted(width)} for each text, but its config.json speaks of ${heads}.`,
      { width, heads },
    );
  }
  return output.name;
}

function explainOpening(error: unknown): WinnowError {
  const cause = describeThrown(error);
  if (isOutOfMemory(error)) return outOfMemory(error);
  if (/protobuf parsing failed|ModelProto does not have a graph|INVALID_PROTOBUF/i.test(cause)) {
    return damagedRewardModel('The ONNX file of this reward model is damaged.', { cause }, error);
  }
  if (/external data path|external initializer|No such file/i.test(cause)) {
    return invalidRewardModel(
      'This reward model keeps its numbers in a second file beside the ONNX file, and that file is missing or too short.',
      { cause },
      error,
    );
  }
  return invalidRewardModel(
    'The ONNX file of this reward model cannot be used: it is damaged, or of a kind that Winnow does not know.',
    { cause },
    error,
  );
}

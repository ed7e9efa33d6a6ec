/** The ONNX graph of a reward model: opened, checked for its inputs and outputs, and run on one batch of texts. */
import type { DeviceName } from '../../contract/engine.ts';
import { WinnowError } from '../../contract/errors.ts';
import { sessionOptions } from '../devices/session-options.ts';
import {
  describeThrown,
  isOutOfMemory,
  loadOnnxRuntime,
  outOfMemory,
  type InferenceSession,
} from '../onnxruntime.ts';
import { damagedRewardModel, invalidRewardModel } from './faults.ts';
import type { EncodedPair } from './window.ts';

export interface RewardSession {
  /**
   * Scores one batch. A single text is given twice: onnxruntime's product of a one-row matrix sums in another order than
   * that of two or more, and a reward must not depend on how many texts are scored.
   * @param pairs the texts, none longer than `length`
   * @param length what all are padded to
   * @returns one reward for each, float32; NaN and infinite ones as they are
   * @throws WinnowError out-of-memory, engine-failed
   */
  run(pairs: readonly EncodedPair[], length: number): Promise<Float32Array>;
  close(): Promise<void>;
}

const requiredInputs = ['input_ids', 'attention_mask'];
const knownInputs = [...requiredInputs, 'token_type_ids'];

/**
 * Opens the graph: inputs input_ids, attention_mask and perhaps token_type_ids, int64 [B, S]; output float32 [B, 1].
 * @throws WinnowError model-damaged, reward-model-invalid, out-of-memory
 */
export async function openRewardSession(
  modelPath: string,
  device: DeviceName,
  padId: number,
): Promise<RewardSession> {
  const { InferenceSession, Tensor } = await loadOnnxRuntime();
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(modelPath, sessionOptions(device));
  } catch (error) {
    throw explainOpening(error);
  }
  let outputName: string;
  try {
    checkInputs(session.inputMetadata);
    outputName = checkOutputs(session.outputMetadata);
  } catch (error) {
    await session.release();
    throw error;
  }

  const run = async (given: readonly EncodedPair[], length: number): Promise<Float32Array> => {
    const pairs = given.length === 1 ? [...given, ...given] : given;
    const columns = makeColumns(pairs, length, padId);
    const feeds = Object.fromEntries(
      session.inputNames.map((name) => [
        name,
        new Tensor('int64', columns[name as keyof typeof columns], [pairs.length, length]),
      ]),
    );
    let rewards: unknown;
    try {
      rewards = (await session.run(feeds))[outputName]?.data;
    } catch (error) {
      throw isOutOfMemory(error) ? outOfMemory(error) : failedRun(error);
    }
    if (!(rewards instanceof Float32Array) || rewards.length !== pairs.length) {
      throw invalidRewardModel('This model does not give one number for each text.');
    }
    return rewards.subarray(0, given.length);
  };
  return { run, close: () => session.release() };
}

/** The inputs of a batch, each [pairs, length], padded on the right: id of the padding token, mask 0, type 0. */
function makeColumns(pairs: readonly EncodedPair[], length: number, padId: number) {
  const size = pairs.length * length;
  const ids = new BigInt64Array(size).fill(BigInt(padId));
  const mask = new BigInt64Array(size);
  const types = new BigInt64Array(size);
  pairs.forEach((pair, row) => {
    const start = row * length;
    pair.ids.forEach((id, column) => (ids[start + column] = BigInt(id)));
    pair.types.forEach((type, column) => (types[start + column] = BigInt(type)));
    mask.fill(1n, start, start + pair.ids.length);
  });
  return { input_ids: ids, attention_mask: mask, token_type_ids: types };
}

type ValueMetadata = InferenceSession.ValueMetadata;

function checkInputs(inputs: readonly ValueMetadata[]): void {
  const names = inputs.map(({ name }) => name);
  const missing = requiredInputs.find((name) => !names.includes(name));
  if (missing !== undefined) {
    throw invalidRewardModel(`This ONNX model does not read a text: it has no input "${missing}".`);
  }
  const unknown = names.find((name) => !knownInputs.includes(name));
  if (unknown !== undefined) {
    throw invalidRewardModel(
      `This ONNX model wants an input that Winnow does not know ("${unknown}").`,
    );
  }
  for (const input of inputs) {
    if (input.isTensor && input.type === 'int64' && input.shape.length === 2) continue;
    throw invalidRewardModel(
      `The input "${input.name}" of this ONNX model has another form than Winnow gives (int64, texts by tokens).`,
    );
  }
}

function checkOutputs(outputs: readonly ValueMetadata[]): string {
  const output = outputs.find(({ name }) => name === 'logits') ?? outputs[0];
  if (output === undefined || (outputs.length > 1 && output.name !== 'logits')) {
    throw invalidRewardModel('This ONNX model does not say which of its outputs is the reward.');
  }
  if (!output.isTensor || output.type !== 'float32' || output.shape.length !== 2) {
    throw invalidRewardModel(
      `The output "${output.name}" of this ONNX model has another form than a reward (float32, one number for each text).`,
    );
  }
  const width = output.shape[1];
  if (typeof width === 'number' && width !== 1) {
    throw invalidRewardModel(
      `This ONNX model gives ${width} numbers for each text. A reward model gives one.`,
      { width },
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

function failedRun(error: unknown): WinnowError {
  return new WinnowError(
    'engine-failed',
    'The reward model failed while it was scoring a text.',
    'Try again. If it happens again, choose another reward model.',
    { cause: describeThrown(error) },
    { cause: error },
  );
}

import { WinnowError } from '../../contract/errors.ts';
import { describeThrown, isOutOfMemory, outOfMemory } from '../onnxruntime.ts';

/** The errors of opening and using a reward model, in one place so that they speak with one voice. */

type Details = Record<string, string | number | boolean>;

const chooseAnother =
  'Choose a folder with a reward model in ONNX form (a text classifier, with config.json, tokenizer.json and onnx/model.onnx), or a GGUF file with a classification head.';
const copyAgain =
  'Download or copy the folder again. If that does not help, choose another reward model.';

/** The folder is not a reward model that Winnow can use. `reason` is a whole sentence. */
export function invalidRewardModel(
  reason: string,
  details: Details = {},
  cause?: unknown,
  help = chooseAnother,
) {
  return new WinnowError(
    'reward-model-invalid',
    printable(reason),
    printable(help),
    details,
    cause === undefined ? {} : { cause },
  );
}

/** A file of the folder has been damaged. `reason` is a whole sentence. */
export function damagedRewardModel(reason: string, details: Details = {}, cause?: unknown) {
  return new WinnowError('model-damaged', printable(reason), copyAgain, details, { cause });
}

export function rewardModelNotFound(path: string): WinnowError {
  return new WinnowError(
    'model-not-found',
    `There is no reward model at "${printable(path)}".`,
    'Check the path, or choose the folder again.',
  );
}

/** The file system refused. */
export function unreadableRewardModel(path: string, cause: unknown): WinnowError {
  const code = fileErrorCode(cause) ?? 'unknown';
  const reason = code === 'ELOOP' ? ': its links lead in a circle' : '';
  return new WinnowError(
    'model-unreadable',
    `"${printable(path)}" could not be read${reason}.`,
    'Check that you may open this folder and its files, and that the disk is still connected.',
    { code },
    { cause },
  );
}

/** In a folder that is described as a reward model's, what is missing makes it none. */
export function explainMissing(error: unknown): unknown {
  if (!(error instanceof WinnowError) || error.code !== 'model-format-unsupported') return error;
  const { file = '' } = error.details;
  return invalidRewardModel(
    `This folder is not a reward model: ${file} is missing.`,
    error.details,
    error,
  );
}

export function unsupportedTokenizer(reason: string, cause?: unknown): WinnowError {
  return new WinnowError(
    'model-tokenizer-unsupported',
    'Winnow cannot use this reward model: its tokenizer (tokenizer.json) is of an unknown kind or incomplete.',
    copyAgain,
    { reason: printable(reason) },
    { cause },
  );
}

export function vocabularyMismatch(details: Details): WinnowError {
  return new WinnowError(
    'model-vocabulary-mismatch',
    'The tokenizer and the model in this folder do not belong together: the tokenizer has tokens that the model does not know.',
    copyAgain,
    details,
  );
}

/** What onnxruntime threw while it loaded a graph that Winnow made. */
export function explainLoad(error: unknown): WinnowError {
  return engineFailed('The reward model could not be loaded.', error);
}

/** What onnxruntime threw while it scored. */
export function explainRun(error: unknown): WinnowError {
  return engineFailed('The reward model failed while it was scoring a text.', error);
}

function engineFailed(message: string, error: unknown): WinnowError {
  if (isOutOfMemory(error)) return outOfMemory(error);
  return new WinnowError(
    'engine-failed',
    message,
    'Try again. If it happens again, choose another reward model.',
    { cause: describeThrown(error) },
    { cause: error },
  );
}

/** `ENOENT`, `EACCES` …: what Node's file system errors carry; undefined for any other thrown thing. */
export function fileErrorCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** Names from a file may hold anything: no control characters, and not too long. */
export function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, '?').slice(0, 400);
}

import { WinnowError } from '../../contract/errors.ts';
import { printable } from '../gguf/faults.ts';

/** The errors of reading a model that is a folder of files, as Hugging Face keeps them. */

type Details = Record<string, string | number | boolean>;

const downloadAgain =
  'Download or copy the whole folder again. If that does not help, choose another model.';

/** A file is not what it should be. `reason` completes the sentence. */
export function damagedFile(file: string, reason: string, details: Details = {}): WinnowError {
  const name = printable(file);
  return new WinnowError(
    'model-damaged',
    `The file ${name} of this model is damaged: ${printable(reason)}.`,
    downloadAgain,
    { file: name, ...details },
  );
}

/** The folder lacks what a model needs. */
export function notAModelFolder(missing: string): WinnowError {
  const name = printable(missing);
  return new WinnowError(
    'model-format-unsupported',
    `This folder is not a model that Winnow can read: ${name} is missing.`,
    'Choose the folder that holds config.json and tokenizer.json, with all files that belong to the model.',
    { file: name },
  );
}

/** One of several files that make up the weights is not there. */
export function partMissing(file: string): WinnowError {
  const name = printable(file);
  return new WinnowError(
    'model-not-found',
    `One of the files of this model is missing: ${name}.`,
    'Put it into the folder; download it where you got the others.',
    { file: name },
  );
}

/** Numbers in a form that is not read. */
export function typeUnsupported(tensor: string, type: string): WinnowError {
  return new WinnowError(
    'model-tensor-type-unsupported',
    `This model is stored in a form that Winnow does not read (${printable(type)}).`,
    'Choose a folder with the original weights (F32, F16 or BF16), or a GGUF file of the same model.',
    { tensor: printable(tensor), type: printable(type) },
  );
}

/** A path or a link would lead to something that does not belong to the model. */
export function leadsOut(file: string): WinnowError {
  const name = printable(file);
  return new WinnowError(
    'model-unreadable',
    `The file ${name} of this model lies outside its folder, so Winnow does not read it.`,
    'Copy the file itself into the folder.',
    { file: name },
  );
}

export function unreadableFile(file: string, cause: unknown): WinnowError {
  const name = printable(file);
  return new WinnowError(
    'model-unreadable',
    `The file ${name} of this model cannot be read.`,
    'Check that you may read the file and that its disk is connected.',
    { file: name, cause: cause instanceof Error ? cause.message : String(cause) },
    { cause },
  );
}

export function noSuchFolder(path: string): WinnowError {
  return new WinnowError(
    'model-not-found',
    `There is no folder at ${printable(path)}.`,
    'Check the path. The folder may have been moved, renamed or deleted.',
  );
}

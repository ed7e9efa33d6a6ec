/** The errors of opening an exported model, in one place so that they speak with one voice. */
import { WinnowError } from '../../contract/errors.ts';
import { printable } from '../gguf/faults.ts';

type Details = Record<string, string | number | boolean>;

const downloadAgain =
  'Download or copy the whole folder again. If that does not help, choose another export of the same model.';
const exportAgain =
  'Choose another export of the same model, as optimum, transformers.js or onnxruntime-genai write them, or a GGUF file of it.';

/** What the file says of itself makes no sense. `reason` completes the sentence. */
export function damagedExport(reason: string, details: Details = {}): WinnowError {
  return new WinnowError(
    'model-damaged',
    `This ONNX model is damaged: ${printable(reason)}.`,
    downloadAgain,
    details,
  );
}

/** It ends before what it announces. */
export function truncatedExport(file: string, details: Details = {}): WinnowError {
  return new WinnowError(
    'model-truncated',
    `This ONNX model is incomplete: the file "${printable(file)}" ends before the data that are announced.`,
    'The download probably stopped early. Download or copy the folder again.',
    details,
  );
}

/** An ONNX model of a kind that Winnow does not run. `reason` is a whole sentence. */
export function unsupportedExport(reason: string, details: Details = {}): WinnowError {
  return new WinnowError('model-format-unsupported', reason, exportAgain, details);
}

export function unreadableExport(file: string, cause: unknown): WinnowError {
  return new WinnowError(
    'model-unreadable',
    `The file "${printable(file)}" of this model cannot be read.`,
    'Check that it exists and that you may read it.',
    { cause: cause instanceof Error ? printable(cause.message) : '' },
    { cause },
  );
}

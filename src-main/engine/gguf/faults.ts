import { WinnowError } from '../../contract/errors.ts';
import { architectures } from './architectures/index.ts';

/** The errors of opening a model file, in one place so that they speak with one voice. */

type Details = Record<string, string | number | boolean>;

const downloadAgain =
  'Download or copy the model file again. If that does not help, choose another file of the same model.';

/** The file's own description of itself makes no sense. `reason` completes the sentence. */
export function damaged(reason: string, details: Details = {}): WinnowError {
  return new WinnowError(
    'model-damaged',
    `This model file is damaged: ${printable(reason)}.`,
    downloadAgain,
    details,
  );
}

export function truncated(details: Details = {}): WinnowError {
  return new WinnowError(
    'model-truncated',
    'This model file is incomplete: it ends before the data that it announces.',
    'The download probably stopped early. Download or copy the file again, and compare its size with the one on the model’s page.',
    details,
  );
}

export function notGguf(details: Details = {}): WinnowError {
  return new WinnowError(
    'model-not-gguf',
    'This file is not a GGUF model, whatever its name says.',
    'Choose a .gguf file as LM Studio, Ollama, Jan and Hugging Face offer them. A small file of that name is often a web page or a pointer to the real one: download it again.',
    details,
  );
}

/** A GGUF file, but one of a kind that Winnow does not open. `reason` is a whole sentence. */
export function formatUnsupported(reason: string, help: string, details: Details = {}) {
  return new WinnowError('model-format-unsupported', reason, help, details);
}

export function architectureUnsupported(reason: string, details: Details = {}): WinnowError {
  return new WinnowError(
    'model-architecture-unsupported',
    `Winnow cannot run this kind of model: ${printable(reason)}.`,
    `Choose another model. Winnow runs ${listed(architectures.flatMap(({ models }) => models))}.`,
    details,
  );
}

/** The file is a reward model. */
export function onlyJudges(): WinnowError {
  return new WinnowError(
    'model-architecture-unsupported',
    'This model was trained to judge answers, not to write them.',
    'Choose it as the reward model, and another model to write.',
  );
}

export function tensorMissing(name: string): WinnowError {
  return new WinnowError(
    'model-tensor-missing',
    `This model file lacks a part that the model needs ("${printable(name)}").`,
    downloadAgain,
    { tensor: printable(name) },
  );
}

export function tokenizerUnsupported(reason: string, details: Details = {}): WinnowError {
  return new WinnowError(
    'model-tokenizer-unsupported',
    `Winnow cannot read this model’s way of cutting text into tokens: ${printable(reason)}.`,
    'Choose another file of the same model, made recently, or another model.',
    details,
  );
}

function listed(names: readonly string[]): string {
  return new Intl.ListFormat('en').format(names);
}

/** Names come out of the file: shown short and without control characters. */
export function printable(text: string): string {
  const clean = text.replace(/[\p{C}]/gu, '?');
  return clean.length > 200 ? `${clean.slice(0, 200)}…` : clean;
}

import { basename } from 'node:path';
import { architectureUnsupported, damaged, printable } from './faults.ts';
import type { GgufMetadata } from './metadata.ts';
import { checkLlamaTensors } from './llama-tensors.ts';
import { quantisationName } from './quantisation-name.ts';
import { readRopeDivisors } from './rope.ts';
import type { GgufFile, ModelFacts } from './types.ts';

const prefix = 'llama';
const longestContext = 1 << 24;
const mostLayers = 4096;

/**
 * The hyperparameters of a model of the llama architecture, checked against each other and against the tensors.
 * @throws model-architecture-unsupported, model-damaged, model-tensor-missing, model-vocabulary-mismatch.
 */
export async function readModelFacts(file: GgufFile): Promise<ModelFacts> {
  const { metadata, tensors } = file;
  refuseOtherKinds(metadata);
  const layers = wholeNumber(metadata, 'block_count', mostLayers);
  const width = wholeNumber(metadata, 'embedding_length');
  const heads = wholeNumber(metadata, 'attention.head_count');
  const keyValueHeads = metadata.has(key('attention.head_count_kv'))
    ? wholeNumber(metadata, 'attention.head_count_kv')
    : heads;
  if (heads % keyValueHeads !== 0) {
    throw damaged('its numbers of attention heads do not fit together', { heads, keyValueHeads });
  }
  const headSize = readHeadSize(metadata, width, heads);
  const ropeDimension = readRopeDimension(metadata, headSize);
  const facts = {
    architecture: prefix,
    name: readName(file),
    licence: metadata.text('general.license'),
    layers,
    width,
    heads,
    keyValueHeads,
    headSize,
    feedForward: wholeNumber(metadata, 'feed_forward_length'),
    contextLength: readContextLength(metadata),
    vocabularySize: tensors.get('token_embd.weight')?.shape[0] ?? 0,
    rmsEpsilon: positive(metadata, 'attention.layer_norm_rms_epsilon', null, 1),
    ropeBase: positive(metadata, 'rope.freq_base', 10_000, 1e12),
    ropeDimension,
    ropeFrequencyDivisors: await readRopeDivisors(file, prefix, ropeDimension),
    tiedOutput: !tensors.has('output.weight'),
    quantisation: quantisationName(file),
  } as const satisfies ModelFacts;
  checkLlamaTensors(file, facts);
  return facts;
}

function readName({ metadata, path }: GgufFile): string {
  const name = metadata.text('general.name') ?? metadata.text('general.basename') ?? '';
  return printable(name.trim() === '' ? basename(path, '.gguf') : name);
}

function key(name: string): string {
  return `${prefix}.${name}`;
}

function refuseOtherKinds(metadata: GgufMetadata): void {
  const architecture = metadata.text('general.architecture');
  if (architecture === null) throw damaged('it does not say which kind of model it holds');
  if (architecture !== prefix) {
    const name = printable(architecture);
    throw architectureUnsupported(`its architecture is "${name}"`, { architecture: name });
  }
  if ((metadata.number(key('expert_count')) ?? 0) > 0) {
    throw architectureUnsupported('it is a mixture of experts');
  }
}

function wholeNumber(metadata: GgufMetadata, name: string, most = 1 << 24): number {
  const value = metadata.sameNumber(key(name));
  if (value === null && metadata.has(key(name))) {
    throw architectureUnsupported(`its layers differ from each other (${name})`);
  }
  if (value === null) throw damaged(`it lacks the entry "${key(name)}"`, { key: key(name) });
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw damaged(`the entry "${key(name)}" is impossible (${value})`, { key: key(name) });
  }
  return value;
}

/** A number above 0 and at most `most`; `otherwise` where the file does not say (null: it must). */
function positive(
  metadata: GgufMetadata,
  name: string,
  otherwise: number | null,
  most: number,
): number {
  const value = metadata.number(key(name)) ?? otherwise;
  if (value === null) throw damaged(`it lacks the entry "${key(name)}"`, { key: key(name) });
  if (!(value > 0 && value <= most)) {
    throw damaged(`the entry "${key(name)}" is impossible (${value})`, { key: key(name) });
  }
  return value;
}

function readHeadSize(metadata: GgufMetadata, width: number, heads: number): number {
  const ofKeys = metadata.has(key('attention.key_length'))
    ? wholeNumber(metadata, 'attention.key_length')
    : width / heads;
  const ofValues = metadata.has(key('attention.value_length'))
    ? wholeNumber(metadata, 'attention.value_length')
    : ofKeys;
  if (!Number.isInteger(ofKeys)) {
    throw damaged('its width is not a multiple of its number of heads', { width, heads });
  }
  if (ofKeys !== ofValues) {
    throw architectureUnsupported('its keys and values have different lengths');
  }
  return ofKeys;
}

function readRopeDimension(metadata: GgufMetadata, headSize: number): number {
  const dimension = metadata.has(key('rope.dimension_count'))
    ? wholeNumber(metadata, 'rope.dimension_count')
    : headSize;
  if (dimension % 2 !== 0 || dimension > headSize) {
    throw damaged(`the entry "${key('rope.dimension_count')}" is impossible (${dimension})`);
  }
  return dimension;
}

/** A sliding window changes nothing as long as the text fits into it, so the window becomes the limit. */
function readContextLength(metadata: GgufMetadata): number {
  const length = wholeNumber(metadata, 'context_length', longestContext);
  const window = metadata.number(key('attention.sliding_window')) ?? 0;
  return window > 0 ? Math.min(length, Math.trunc(window)) : length;
}

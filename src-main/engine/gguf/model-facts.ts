import { basename } from 'node:path';
import type { LayerWindow, Peculiarities } from './architectures/architecture.ts';
import { architectureOf } from './architecture-of.ts';
import { readHead } from './classification-head.ts';
import { checkTensors } from './decoder-tensors.ts';
import { architectureUnsupported, damaged, onlyJudges, printable } from './faults.ts';
import { Hyperparameters } from './hyperparameters.ts';
import { quantisationName } from './quantisation-name.ts';
import { longRopeLimit, readRope } from './rope.ts';
import type { GgufFile, LayerKind, ModelFacts, Rope } from './types.ts';

const longestContext = 1 << 24;
const mostLayers = 4096;

/**
 * The hyperparameters of a model, checked against each other and against the tensors.
 * @param purpose what it is wanted for; a model with a classification head can only judge
 * @throws model-architecture-unsupported, model-damaged, model-tensor-missing, model-vocabulary-mismatch.
 */
export async function readModelFacts(
  file: GgufFile,
  purpose: 'write' | 'judge' = 'write',
): Promise<ModelFacts> {
  const { metadata, tensors } = file;
  const architecture = architectureOf(metadata);
  const head = readHead(file, architecture.name);
  if (head !== null && purpose === 'write') throw onlyJudges();
  const numbers = new Hyperparameters(metadata, architecture.name);
  const size = readSize(numbers);
  const ropeDimension = readRopeDimension(numbers, size.headSize);
  const own = architecture.peculiarities?.(numbers, size) ?? {};
  const contextLength = readContextLength(file, numbers, own.window);
  const facts: ModelFacts = {
    ...architecture.design,
    architecture: architecture.name,
    name: readName(file),
    licence: metadata.text('general.license'),
    ...size,
    contextLength,
    vocabularySize: tensors.get('token_embd.weight')?.shape[0] ?? 0,
    rmsEpsilon: numbers.required('attention.layer_norm_rms_epsilon', 1),
    ropeDimension,
    ...layerFacts(await readRope(file, numbers, ropeDimension), own, size.layers, contextLength),
    embeddingScale: own.embeddingScale ?? 1,
    residualScale: own.residualScale ?? 1,
    attentionScale: own.attentionScale ?? size.headSize ** -0.5,
    logitScale: own.logitScale ?? 1,
    scoreCap: own.scoreCap ?? null,
    logitCap: own.logitCap ?? null,
    tiedOutput: !tensors.has('output.weight'),
    head,
    quantisation: quantisationName(file),
  };
  checkTensors(file, facts);
  return facts;
}

function readName({ metadata, path }: GgufFile): string {
  const name = metadata.text('general.name') ?? metadata.text('general.basename') ?? '';
  return printable(
    name.trim() === '' ? basename(path, '.gguf').replace(/-\d{5}-of-\d{5}$/, '') : name,
  );
}

function readSize(numbers: Hyperparameters) {
  const layers = numbers.wholeNumber('block_count', { most: mostLayers });
  const width = numbers.wholeNumber('embedding_length');
  const heads = numbers.wholeNumber('attention.head_count');
  const keyValueHeads = numbers.wholeNumber('attention.head_count_kv', { otherwise: heads });
  if (heads % keyValueHeads !== 0) {
    throw damaged('its numbers of attention heads do not fit together', { heads, keyValueHeads });
  }
  const headSize = readHeadSize(numbers, width, heads);
  const feedForward = numbers.wholeNumber('feed_forward_length');
  return { layers, width, heads, keyValueHeads, headSize, feedForward };
}

function readHeadSize(numbers: Hyperparameters, width: number, heads: number): number {
  const ofKeys = numbers.wholeNumber('attention.key_length', { otherwise: width / heads });
  const ofValues = numbers.wholeNumber('attention.value_length', { otherwise: ofKeys });
  if (!Number.isInteger(ofKeys)) {
    throw damaged('its width is not a multiple of its number of heads', { width, heads });
  }
  if (ofKeys !== ofValues) {
    throw architectureUnsupported('its keys and values have different lengths');
  }
  return ofKeys;
}

function readRopeDimension(numbers: Hyperparameters, headSize: number): number {
  const name = 'rope.dimension_count';
  const dimension = numbers.wholeNumber(name, { otherwise: headSize });
  if (dimension % 2 !== 0 || dimension > headSize) throw numbers.impossible(name, dimension);
  return dimension;
}

/**
 * A window that the architecture's description does not speak of becomes the limit: it changes nothing as long as the
 * text fits into it.
 */
function readContextLength(
  file: GgufFile,
  numbers: Hyperparameters,
  described: LayerWindow | undefined,
): number {
  const length = numbers.wholeNumber('context_length', { most: longestContext });
  const window = described === undefined ? numbers.slidingWindow() : null;
  return Math.min(length, Math.trunc(window ?? Infinity), longRopeLimit(file, numbers));
}

function layerFacts(
  rope: Rope,
  { window, unrotated }: Peculiarities,
  layers: number,
  contextLength: number,
): Pick<ModelFacts, 'ropes' | 'layerKinds' | 'slidingWindow'> {
  const length = window?.length ?? null;
  // A window that no text can leave needs no mask.
  const slidingWindow = length !== null && length < contextLength ? length : null;
  const ropes = [rope];
  const ropeBase = window?.ropeBase;
  if (ropeBase !== undefined) ropes.push({ base: ropeBase, divisors: null, magnitude: 1 });
  const layerKinds = Array.from({ length: layers }, (_, layer): LayerKind => {
    const isIn = window?.isIn(layer) ?? false;
    const ropeIndex = isIn && ropeBase !== undefined ? 1 : 0;
    return {
      rope: unrotated?.(layer) === true ? null : ropeIndex,
      windowed: isIn && slidingWindow !== null,
    };
  });
  return { ropes, layerKinds, slidingWindow };
}

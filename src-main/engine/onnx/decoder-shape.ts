/**
 * What an exported graph reads and gives: whether it is a decoder with a cache as optimum, transformers.js and
 * onnxruntime-genai's builder write them, and how large its cache is.
 */
import { float16, float32, int32, int64 } from './element-types.ts';
import { damagedExport, unsupportedExport } from './faults.ts';
import type { ExportedModel } from './read-model.ts';
import type { ValueHeader } from './schema.ts';

/** Keys or values of one layer: `[rows, heads, tokens, headSize]`. */
export interface CachePart {
  /** The graph's input for what was read before, and its output for all of it. */
  past: string;
  present: string;
  heads: number;
  headSize: number;
}

export interface ExportShape {
  layers: number;
  /** Keys and values of each layer, in the order of the graph's inputs. */
  cache: CachePart[];
  cacheType: 'float32' | 'float16';
  logitsType: number;
  vocabularySize: number;
  /** The graph's other inputs, with the types and numbers of axes that it wants. */
  plainInputs: { name: PlainInput; elementType: number; axes: number }[];
}

const plainInputs = ['input_ids', 'attention_mask', 'position_ids', 'num_logits_to_keep'] as const;
export type PlainInput = (typeof plainInputs)[number];

/** Sizes that a file beside the graph states; null where it does not. */
export interface StatedSizes {
  /** The file's name. */
  source: string;
  layers: number | null;
  keyValueHeads: number | null;
  headSize: number | null;
  vocabularySize: number | null;
  /** What the cache's sizes are in most models with these others: for graphs that leave them open. */
  likely: { keyValueHeads: number | null; headSize: number | null };
}

const pastName = /^past_key_values\.(\d+)\.(key|value)$/;
const logitsName = 'logits';

/**
 * Reads a decoder's shape off its inputs and outputs, and checks it against what is stated beside it.
 * @throws model-format-unsupported, model-damaged
 */
export function readExportShape(model: ExportedModel, stated: StatedSizes): ExportShape {
  requireKnownInputs(model);
  const cache = readCache(model, stated);
  const logits = model.outputs.find(({ name }) => name === logitsName);
  if (logits === undefined) {
    throw unsupportedExport('This ONNX model gives no "logits", so it does not write text.');
  }
  const width = logits.shape?.at(-1);
  const vocabularySize = typeof width === 'number' ? width : stated.vocabularySize;
  if (vocabularySize === null) {
    throw unsupportedExport('This ONNX model does not say how many tokens it knows.');
  }
  const layers = new Set(cache.parts.map(({ past }) => pastName.exec(past)?.[1])).size;
  const shape: ExportShape = {
    layers,
    cache: cache.parts,
    cacheType: cache.type,
    logitsType: logits.elementType ?? float32,
    vocabularySize,
    plainInputs: model.inputs.flatMap(plainInput),
  };
  if (![float32, float16].includes(shape.logitsType)) {
    throw unsupportedExport(
      'The "logits" of this ONNX model are numbers of a kind that Winnow does not know.',
    );
  }
  checkStated(shape, stated);
  return shape;
}

/** Whether it reads keys and values of what it read before. */
export function hasCache({ inputs }: ExportedModel): boolean {
  return inputs.some(({ name }) => pastName.test(name));
}

function plainInput({ name, elementType, shape }: ValueHeader): ExportShape['plainInputs'] {
  const known = plainInputs.find((input) => input === name);
  if (known === undefined) return [];
  if (elementType !== int64 && elementType !== int32) {
    throw unsupportedExport(`The input "${name}" of this ONNX model is not made of whole numbers.`);
  }
  return [{ name: known, elementType, axes: shape?.length ?? 2 }];
}

function requireKnownInputs(model: ExportedModel): void {
  const names = model.inputs.map(({ name }) => name);
  if (names.includes('use_cache_branch')) {
    throw unsupportedExport(
      'This ONNX model holds two graphs, with and without a cache, in one ("merged"). Winnow runs exports with one graph for both.',
    );
  }
  if (!hasCache(model)) {
    throw unsupportedExport(
      names.includes('input_ids')
        ? 'This ONNX model has no cache, so it would read the whole text again for every token. Winnow runs exports with a cache ("text-generation-with-past").'
        : 'This ONNX model does not write text from a text.',
    );
  }
  const known = (name: string) => pastName.test(name) || plainInputs.some((one) => one === name);
  const unknown = names.find((name) => !known(name));
  if (unknown !== undefined) {
    throw unsupportedExport(
      `This ONNX model wants an input that Winnow does not know ("${unknown}").`,
    );
  }
  if (!names.includes('input_ids')) {
    throw unsupportedExport('This ONNX model does not read tokens: it has no input "input_ids".');
  }
}

function readCache(
  { inputs, outputs }: ExportedModel,
  stated: StatedSizes,
): { parts: CachePart[]; type: ExportShape['cacheType'] } {
  const outputNames = new Set(outputs.map(({ name }) => name));
  const pasts = inputs.filter(({ name }) => pastName.test(name));
  const types = new Set(pasts.map(({ elementType }) => elementType));
  const [type] = types;
  if (types.size !== 1 || (type !== float32 && type !== float16)) {
    throw unsupportedExport(
      'The cache of this ONNX model is kept in a way that Winnow does not know.',
    );
  }
  const parts = pasts.map(({ name, shape }) => {
    const present = name.replace(/^past_key_values/, 'present');
    if (!outputNames.has(present)) {
      throw unsupportedExport(
        `This ONNX model does not give back its cache: "${present}" is missing.`,
      );
    }
    if (shape?.length !== 4) {
      throw unsupportedExport(
        'The cache of this ONNX model has another form than Winnow gives (rows by heads by tokens by numbers).',
      );
    }
    const [heads, headSize] = [
      fixed(shape[1], stated.keyValueHeads ?? stated.likely.keyValueHeads),
      fixed(shape[3], stated.headSize ?? stated.likely.headSize),
    ];
    return { past: name, present, heads, headSize };
  });
  return { parts, type: type === float32 ? 'float32' : 'float16' };
}

/** A length that the graph fixes, or else the stated one. */
function fixed(length: number | string | undefined, stated: number | null): number {
  const found = typeof length === 'number' ? length : stated;
  if (found === null)
    throw unsupportedExport('This ONNX model does not say how large its cache is.');
  return found;
}

function checkStated({ layers, cache }: ExportShape, stated: StatedSizes): void {
  const check = (what: string, found: number, said: number | null) => {
    if (said === null || said === found) return;
    throw damagedExport(`its ${stated.source} says ${said} ${what}, but its graph has ${found}`);
  };
  check('layers', layers, stated.layers);
  check('caches of keys and values', cache.length, 2 * layers);
  for (const { heads, headSize } of cache) {
    check('key and value heads', heads, stated.keyValueHeads);
    check('numbers in a head', headSize, stated.headSize);
  }
}

/**
 * Writes a reward model with random weights that is small enough to be made and scored in milliseconds, in the same
 * folder layout and with the same kind of tokenizer as the built-in one (a BERT pair classifier).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeOnnx, type OnnxGraph, type OnnxTensor } from './tiny-onnx.ts';

export interface TinyRewardModelOptions {
  /** Another seed gives other weights, so other rewards. */
  seed?: number;
  hiddenSize?: number;
  /** max_position_embeddings: the most tokens it reads at once. */
  windowTokens?: number;
  /** A word of the vocabulary whose embedding is NaN: texts that hold it cannot be scored. */
  fragileWord?: string;
  /** A model as it should not be: a text's reward depends on what else is in its batch. */
  mindsCompany?: boolean;
  /** Without it the graph has no token_type_ids input. */
  tokenTypes?: boolean;
}

export interface TinyRewardModel {
  /** Relative path in the folder → contents. */
  files: Map<string, string | Uint8Array>;
  graph: OnnxGraph;
  config: Record<string, unknown>;
  tokenizer: Record<string, unknown>;
}

const specialTokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

/** Special tokens, then every printable ASCII character and a few others, as a word's start and as its continuation. */
export function tinyVocabulary(): string[] {
  const characters = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index))
    .filter((character) => character === character.toLowerCase())
    .concat(['é', 'ß', '中', '文', '😀']);
  const words = ['the', 'and', 'water', 'moon', 'hello', '##ing', '##er', '##s'];
  return [
    ...specialTokens,
    ...characters,
    ...characters.map((character) => `##${character}`),
    ...words,
  ];
}

/** A tokenizer.json as BERT's: lower-cased WordPiece, `[CLS] prompt [SEP] answer [SEP]` with types 0 and 1. */
export function tinyTokenizer(vocabulary: string[]): Record<string, unknown> {
  const id = (token: string): number => vocabulary.indexOf(token);
  const special = (token: string, type: number) => ({ SpecialToken: { id: token, type_id: type } });
  const sequence = (name: 'A' | 'B', type: number) => ({ Sequence: { id: name, type_id: type } });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specialTokens.map((content) => ({
      id: id(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]', 0), sequence('A', 0), special('[SEP]', 0)],
      pair: [
        special('[CLS]', 0),
        sequence('A', 0),
        special('[SEP]', 0),
        sequence('B', 1),
        special('[SEP]', 1),
      ],
      special_tokens: {
        '[CLS]': { id: '[CLS]', ids: [id('[CLS]')], tokens: ['[CLS]'] },
        '[SEP]': { id: '[SEP]', ids: [id('[SEP]')], tokens: ['[SEP]'] },
      },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((token, index) => [token, index])),
    },
  };
}

/** Random numbers between -scale and scale (mulberry32: short, seeded, good enough for weights). */
function randomNumbers(seed: number): (count: number, scale: number) => Float32Array<ArrayBuffer> {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return (count, scale) => Float32Array.from({ length: count }, () => (2 * next() - 1) * scale);
}

function tinyWeights(vocabularySize: number, hidden: number, window: number, seed: number) {
  const random = randomNumbers(seed);
  const floats = (name: string, dims: number[], scale: number): OnnxTensor => {
    const count = dims.reduce((product, size) => product * size, 1);
    return { name, type: 'float32', dims, data: random(count, scale) };
  };
  const integers = (name: string, values: number[]): OnnxTensor => {
    const data = BigInt64Array.from(values, BigInt);
    return { name, type: 'int64', dims: [values.length], data };
  };
  return [
    floats('words', [vocabularySize, hidden], 1),
    floats('types', [2, hidden], 0.5),
    floats('positions', [window, hidden], 0.2),
    floats('inner', [hidden, hidden], 1.5 / Math.sqrt(hidden)),
    floats('outer', [hidden, 1], 8 / Math.sqrt(hidden)),
    integers('zero', [0]),
    integers('one', [1]),
    integers('two', [2]),
  ];
}

/** Embeddings (word, type, position) → tanh(x W) → masked mean over the tokens → one number. */
function tinyGraph(weights: OnnxTensor[], tokenTypes: boolean, mindsCompany: boolean): OnnxGraph {
  const shape = ['batch', 'sequence'];
  const node = (operator: string, inputs: string[], output: string, attributes = {}) => {
    return { operator, inputs, outputs: [output], attributes };
  };
  const typed = tokenTypes ? 'typed' : 'worded';
  return {
    inputs: ['input_ids', 'attention_mask', ...(tokenTypes ? ['token_type_ids'] : [])].map(
      (name) => ({ name, type: 'int64', shape }),
    ),
    outputs: [{ name: 'logits', type: 'float32', shape: ['batch', 1] }],
    initializers: weights,
    nodes: [
      node('Gather', ['words', 'input_ids'], 'worded'),
      ...(tokenTypes
        ? [
            node('Gather', ['types', 'token_type_ids'], 'typeVectors'),
            node('Add', ['worded', 'typeVectors'], 'typed'),
          ]
        : []),
      node('Shape', ['input_ids'], 'shape'),
      node('Slice', ['shape', 'one', 'two'], 'length'),
      node('Slice', ['positions', 'zero', 'length'], 'positionVectors'),
      node('Add', [typed, 'positionVectors'], 'embedded'),
      node('MatMul', ['embedded', 'inner'], 'product'),
      node('Tanh', ['product'], 'activated'),
      node('Cast', ['attention_mask'], 'mask', { to: 1 }),
      node('Unsqueeze', ['mask', 'two'], 'maskColumn'),
      node('Mul', ['activated', 'maskColumn'], 'masked'),
      node('ReduceSum', ['masked', 'one'], 'sum', { keepdims: 0 }),
      node('ReduceSum', ['mask', 'one'], 'count', { keepdims: 1 }),
      node('Div', ['sum', 'count'], 'mean'),
      ...(mindsCompany
        ? [
            node('ReduceMean', ['mean'], 'company', { axes: [0], keepdims: 1 }),
            node('Add', ['mean', 'company'], 'judged'),
          ]
        : []),
      node('MatMul', [mindsCompany ? 'judged' : 'mean', 'outer'], 'logits'),
    ],
  };
}

/** The parts of a tiny reward model before they are files; broken-reward-model.ts breaks them one by one. */
export function makeTinyRewardModel(options: TinyRewardModelOptions = {}): TinyRewardModel {
  const { seed = 1, hiddenSize = 16, windowTokens = 512, tokenTypes = true } = options;
  const vocabulary = tinyVocabulary();
  const weights = tinyWeights(vocabulary.length, hiddenSize, windowTokens, seed);
  const fragile = options.fragileWord === undefined ? -1 : vocabulary.indexOf(options.fragileWord);
  if (fragile >= 0)
    weights[0]?.data.fill(NaN as never, fragile * hiddenSize, (fragile + 1) * hiddenSize);
  const graph = tinyGraph(weights, tokenTypes, options.mindsCompany ?? false);
  const config = {
    architectures: ['BertForSequenceClassification'],
    model_type: 'bert',
    hidden_size: hiddenSize,
    max_position_embeddings: windowTokens,
    num_labels: 1,
    id2label: { 0: 'LABEL_0' },
    pad_token_id: 0,
    type_vocab_size: tokenTypes ? 2 : 0,
    vocab_size: vocabulary.length,
  };
  const tokenizer = tinyTokenizer(vocabulary);
  const tokenizerConfig = {
    tokenizer_class: 'BertTokenizer',
    model_max_length: windowTokens,
    pad_token: '[PAD]',
    cls_token: '[CLS]',
    sep_token: '[SEP]',
    unk_token: '[UNK]',
    mask_token: '[MASK]',
  };
  const files = new Map<string, string | Uint8Array>([
    ['config.json', JSON.stringify(config)],
    ['tokenizer.json', JSON.stringify(tokenizer)],
    ['tokenizer_config.json', JSON.stringify(tokenizerConfig)],
    ['onnx/model.onnx', encodeOnnx(graph)],
  ]);
  return { files, graph, config, tokenizer };
}

/** Writes the files of a model folder and returns the folder. */
export function writeModelFolder(folder: string, files: Map<string, string | Uint8Array>): string {
  mkdirSync(join(folder, 'onnx'), { recursive: true });
  for (const [name, contents] of files) writeFileSync(join(folder, name), contents);
  return folder;
}

/**
 * Writes a tiny valid reward-model folder (config.json, tokenizer.json, tokenizer_config.json, onnx/model.onnx) with
 * seeded random weights. Its reward depends on the prompt, on the answer, and on the order of the words.
 * @returns the folder
 */
export function writeTinyRewardModel(
  folder: string,
  options: TinyRewardModelOptions = {},
): Promise<string> {
  return Promise.resolve(writeModelFolder(folder, makeTinyRewardModel(options).files));
}

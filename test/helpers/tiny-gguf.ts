import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TensorType } from '../../src-main/engine/gguf/types.ts';
import { ggufBytes, type GgufEntry, type GgufParts, type GgufTensorPart } from './gguf-writer.ts';
import { randomTensorBytes, seededUniform, typeNumbers } from './random-blocks.ts';

export interface TinyGgufOptions {
  /** The file's name; made from the seed when absent. */
  name?: string;
  seed?: number;
  layers?: number;
  width?: number;
  heads?: number;
  keyValueHeads?: number;
  /** width / heads when absent. */
  headSize?: number;
  feedForward?: number;
  /** At least 259: three control tokens and 256 bytes; the rest are letters joined. */
  vocabulary?: number;
  contextLength?: number;
  /** How the linear layers are stored. The K types need widths that are multiples of 256. */
  type?: TensorType;
  embeddingType?: TensorType;
  /** false: the file has an output.weight of its own. */
  tied?: boolean;
  /** null: the file has none. */
  chatTemplate?: string | null;
}

export const tinyControlTokens = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'];

const endToken = tinyControlTokens.indexOf('<|im_end|>');

export const chatMlTemplate =
  "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

/**
 * Writes a valid GGUF file of the llama architecture with seeded random weights, in a few milliseconds.
 * Its candidates differ, and some meet the end token (`<|im_end|>`, id 2) within some dozens of tokens.
 * @returns the file's path.
 */
export async function writeTinyGguf(
  folder: string,
  options: TinyGgufOptions = {},
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, options.name ?? `tiny-${options.seed ?? 1}.gguf`);
  await writeFile(path, ggufBytes(tinyGgufParts(options)));
  return path;
}

/** The same as parts, for tests that change something before they write it (gguf-writer.ts). */
export function tinyGgufParts(options: TinyGgufOptions = {}): GgufParts {
  const settings = withDefaults(options);
  return {
    version: 3,
    alignment: 32,
    entries: new Map([...modelEntries(settings), ...tokenizerEntries(settings)]),
    tensors: makeTensors(settings),
  };
}

type Settings = Required<Omit<TinyGgufOptions, 'name'>>;

function withDefaults(options: TinyGgufOptions): Settings {
  const width = options.width ?? 32;
  const heads = options.heads ?? 4;
  return {
    seed: 1,
    layers: 2,
    width,
    heads,
    keyValueHeads: 2,
    headSize: width / heads,
    feedForward: 2 * width,
    vocabulary: 320,
    contextLength: 256,
    type: 'F32',
    embeddingType: 'F32',
    tied: true,
    chatTemplate: chatMlTemplate,
    ...options,
  };
}

function modelEntries(settings: Settings): [string, GgufEntry][] {
  const u32 = (value: number): GgufEntry => ({ kind: 'u32', value });
  return [
    ['general.architecture', { kind: 'text', value: 'llama' }],
    ['general.name', { kind: 'text', value: 'Tiny random model' }],
    ['general.license', { kind: 'text', value: 'mit' }],
    ['llama.block_count', u32(settings.layers)],
    ['llama.context_length', u32(settings.contextLength)],
    ['llama.embedding_length', u32(settings.width)],
    ['llama.feed_forward_length', u32(settings.feedForward)],
    ['llama.attention.head_count', u32(settings.heads)],
    ['llama.attention.head_count_kv', u32(settings.keyValueHeads)],
    ['llama.attention.key_length', u32(settings.headSize)],
    ['llama.attention.value_length', u32(settings.headSize)],
    ['llama.attention.layer_norm_rms_epsilon', { kind: 'f32', value: 1e-5 }],
    ['llama.rope.freq_base', { kind: 'f32', value: 10_000 }],
    ['llama.rope.dimension_count', u32(settings.headSize)],
  ];
}

function tokenizerEntries(settings: Settings): [string, GgufEntry][] {
  const { tokens, merges } = tinyVocabulary(settings.vocabulary);
  const types = tokens.map((_, id) => (id < tinyControlTokens.length ? 3 : 1));
  const entries: [string, GgufEntry][] = [
    ['tokenizer.ggml.model', { kind: 'text', value: 'gpt2' }],
    ['tokenizer.ggml.pre', { kind: 'text', value: 'smollm' }],
    ['tokenizer.ggml.tokens', { kind: 'texts', value: tokens }],
    ['tokenizer.ggml.token_type', { kind: 'i32s', value: types }],
    ['tokenizer.ggml.merges', { kind: 'texts', value: merges }],
    ['tokenizer.ggml.bos_token_id', { kind: 'u32', value: 1 }],
    ['tokenizer.ggml.eos_token_id', { kind: 'u32', value: 2 }],
    ['tokenizer.ggml.unknown_token_id', { kind: 'u32', value: 0 }],
    ['tokenizer.ggml.padding_token_id', { kind: 'u32', value: 2 }],
    ['tokenizer.ggml.add_bos_token', { kind: 'bool', value: false }],
    ['tokenizer.ggml.add_space_prefix', { kind: 'bool', value: false }],
  ];
  if (settings.chatTemplate !== null) {
    entries.push(['tokenizer.chat_template', { kind: 'text', value: settings.chatTemplate }]);
  }
  return entries;
}

/** Control tokens, all 256 bytes, then letters joined: a space and a letter, two letters, three letters. */
function tinyVocabulary(size: number): { tokens: string[]; merges: string[] } {
  const letters = [...'etaoinshrdlucmfwypvbgkqjxz'];
  const tokens = [...tinyControlTokens, ...byteCharacters()];
  if (size < tokens.length)
    throw new RangeError(`a vocabulary has at least ${tokens.length} tokens`);
  const joins: [string, string][] = letters.map((letter) => ['Ġ', letter]);
  for (const first of letters) for (const second of letters) joins.push([first, second]);
  for (const [first, second] of joins.slice(letters.length)) {
    for (const third of letters) joins.push([first + second, third]);
  }
  const used = joins.slice(0, size - tokens.length);
  return {
    tokens: [...tokens, ...used.map(([left, right]) => left + right)],
    merges: used.map(([left, right]) => `${left} ${right}`),
  };
}

/** The printable characters that stand for the 256 bytes in byte-level vocabularies (GPT-2's bytes_to_unicode). */
export function byteCharacters(): string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    return String.fromCharCode(printable ? byte : next++);
  });
}

function makeTensors(settings: Settings): GgufTensorPart[] {
  const { width, feedForward, vocabulary } = settings;
  const uniform = seededUniform(settings.seed);
  const queries = settings.heads * settings.headSize;
  const keys = settings.keyValueHeads * settings.headSize;
  const linear = (name: string, outputs: number, inputs: number) =>
    tensor(name, [outputs, inputs], settings.type, 1.5 / Math.sqrt(inputs), uniform);
  const norm = (name: string): GgufTensorPart => ({
    name,
    shape: [width],
    typeNumber: typeNumbers.F32,
    bytes: new Uint8Array(Float32Array.from({ length: width }, () => 0.8 + 0.4 * uniform()).buffer),
  });
  // Logits with a deviation of about 2: neither one certain token nor all alike. The end token's is larger, so that it is
  // likely in some places and the answers do end.
  const embedding = (name: string): GgufTensorPart => {
    const rows = (count: number, boost = 1) => {
      const deviation = (2 * boost) / Math.sqrt(width);
      return randomTensorBytes(settings.embeddingType, count * width, deviation, uniform);
    };
    const bytes = Buffer.concat([rows(endToken), rows(1, 1.6), rows(vocabulary - endToken - 1)]);
    return {
      name,
      shape: [vocabulary, width],
      typeNumber: typeNumbers[settings.embeddingType],
      bytes,
    };
  };
  const layer = (index: number) => [
    norm(`blk.${index}.attn_norm.weight`),
    linear(`blk.${index}.attn_q.weight`, queries, width),
    linear(`blk.${index}.attn_k.weight`, keys, width),
    linear(`blk.${index}.attn_v.weight`, keys, width),
    linear(`blk.${index}.attn_output.weight`, width, queries),
    norm(`blk.${index}.ffn_norm.weight`),
    linear(`blk.${index}.ffn_gate.weight`, feedForward, width),
    linear(`blk.${index}.ffn_up.weight`, feedForward, width),
    linear(`blk.${index}.ffn_down.weight`, width, feedForward),
  ];
  return [
    embedding('token_embd.weight'),
    ...Array.from({ length: settings.layers }, (_, index) => layer(index)).flat(),
    norm('output_norm.weight'),
    ...(settings.tied ? [] : [embedding('output.weight')]),
  ];
}

function tensor(
  name: string,
  shape: [number, number],
  type: TensorType,
  deviation: number,
  uniform: () => number,
): GgufTensorPart {
  const bytes = randomTensorBytes(type, shape[0] * shape[1], deviation, uniform);
  return { name, shape, typeNumber: typeNumbers[type], bytes };
}

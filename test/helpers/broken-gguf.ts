import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ErrorCode } from '../../src-main/contract/errors.ts';
import { ggufBytes, text, uint32, uint64, type GgufParts } from './gguf-writer.ts';
import { tinyGgufParts, type TinyGgufOptions } from './tiny-gguf.ts';

/** A model file with one fault, and the errors that may be given for it. */
export interface BrokenGguf {
  /** What is wrong, usable as a file name. */
  name: string;
  codes: ErrorCode[];
  /** The file's bytes; null: a folder lies in its place. */
  bytes: () => Buffer | null;
}

/** Writes one to the folder and returns its path. */
export async function writeBrokenGguf(folder: string, fault: BrokenGguf): Promise<string> {
  const path = join(folder, `${fault.name}.gguf`);
  const bytes = fault.bytes();
  if (bytes === null) await mkdir(path, { recursive: true });
  else await writeFile(path, bytes);
  return path;
}

/** Every fault that the tests know. Made anew at each call, in milliseconds. */
export function brokenGgufFiles(): BrokenGguf[] {
  return [
    ...notModels(),
    ...truncations(),
    ...brokenHeaders(),
    ...brokenTensors(),
    ...brokenFacts(),
    ...brokenVocabularies(),
    ...brokenTemplates(),
  ];
}

function notModels(): BrokenGguf[] {
  const raw = (name: string, codes: ErrorCode[], bytes: Buffer | null): BrokenGguf => ({
    name,
    codes,
    bytes: () => bytes,
  });
  return [
    raw('a-folder', ['model-not-gguf'], null),
    raw('an-empty-file', ['model-not-gguf'], Buffer.alloc(0)),
    raw('three-bytes', ['model-not-gguf'], Buffer.from('GGU')),
    raw('a-json-file', ['model-not-gguf'], Buffer.from('{"model_type": "llama"}')),
    raw('a-web-page', ['model-not-gguf'], Buffer.from('<!doctype html><p>404</p>')),
    raw('only-zeros', ['model-not-gguf'], Buffer.alloc(4096)),
    raw('an-older-format', ['model-not-gguf'], Buffer.from('ggjt' + '\u0003\0\0\0'.repeat(20))),
    raw('only-the-magic', ['model-truncated'], Buffer.from('GGUF')),
  ];
}

/** The tiny model cut at places in its header, its table and its data. */
function truncations(): BrokenGguf[] {
  const whole = ggufBytes(tinyGgufParts());
  const lengths = [6, 12, 20, 23, 24, 30, 40, 100, 900, 4000, 8000, 10_000];
  const shares = [0.3, 0.5, 0.7, 0.9, 0.999];
  const cuts = [...lengths, ...shares.map((share) => Math.floor(whole.length * share))];
  return [...cuts, whole.length - 1].map((length) => ({
    name: `cut-after-${length}-bytes`,
    codes: ['model-truncated'],
    bytes: () => whole.subarray(0, length),
  }));
}

function brokenHeaders(): BrokenGguf[] {
  const header = (...parts: Buffer[]) =>
    Buffer.concat([Buffer.from('GGUF'), ...parts, Buffer.alloc(256)]);
  const start = (tensors: number | bigint, entries: number | bigint) =>
    Buffer.concat([uint32(3), uint64(tensors), uint64(entries)]);
  const file = (name: string, codes: ErrorCode[], ...parts: Buffer[]): BrokenGguf => ({
    name,
    codes,
    bytes: () => header(...parts),
  });
  const most = 2n ** 64n - 1n;
  const list = (kind: number, count: number | bigint) =>
    Buffer.concat([text('a.list'), uint32(9), uint32(kind), uint64(count)]);
  return [
    file('version-0', ['model-format-unsupported'], uint32(0)),
    file('version-1', ['model-format-unsupported'], uint32(1)),
    file('version-99', ['model-format-unsupported'], uint32(99)),
    file('big-endian', ['model-format-unsupported'], Buffer.from([0, 0, 0, 3])),
    file('endless-tensors', ['model-damaged'], start(most, 1)),
    file('a-billion-tensors', ['model-damaged', 'model-truncated'], start(1e9, 1)),
    file('endless-entries', ['model-damaged'], start(1, most)),
    file('a-billion-entries', ['model-damaged', 'model-truncated'], start(0, 1e9)),
    file('more-entries-than-bytes', ['model-truncated'], start(0, 60_000)),
    file('an-endless-key', ['model-damaged'], start(0, 1), uint64(most)),
    file('a-key-of-a-terabyte', ['model-truncated'], start(0, 1), uint64(1e12)),
    file('an-endless-list', ['model-damaged'], start(0, 1), list(4, most)),
    file('a-list-of-a-billion', ['model-truncated'], start(0, 1), list(4, 1e9)),
    file('a-list-of-texts-of-a-billion', ['model-truncated'], start(0, 1), list(8, 1e9)),
    file('a-list-of-lists', ['model-damaged'], start(0, 1), list(9, 3)),
    file('a-value-of-an-unknown-kind', ['model-damaged'], start(0, 1), text('key'), uint32(77)),
    file(
      'an-entry-twice',
      ['model-damaged'],
      start(0, 2),
      ...[1, 2].map(() => Buffer.concat([text('key'), uint32(4), uint32(1)])),
    ),
  ];
}

/** A tiny model in which something has been changed before it was written. */
function changed(
  name: string,
  codes: ErrorCode[],
  change: (parts: GgufParts) => void,
  options: TinyGgufOptions = {},
): BrokenGguf {
  return {
    name,
    codes,
    bytes: () => {
      const parts = tinyGgufParts(options);
      change(parts);
      return ggufBytes(parts);
    },
  };
}

function tensorOf({ tensors }: GgufParts, name: string) {
  const found = tensors.find((tensor) => tensor.name === name);
  if (found === undefined) throw new Error(`the tiny model has no ${name}`);
  return found;
}

function brokenTensors(): BrokenGguf[] {
  const tensor = (
    name: string,
    codes: ErrorCode[],
    change: (part: ReturnType<typeof tensorOf>, parts: GgufParts) => void,
  ) => changed(name, codes, (parts) => change(tensorOf(parts, 'blk.0.attn_q.weight'), parts));
  const without = (name: string) =>
    changed(`without-${name}`, ['model-tensor-missing'], (parts) => {
      parts.tensors = parts.tensors.filter((part) => part.name !== `${name}.weight`);
    });
  return [
    tensor('a-tensor-beyond-the-end', ['model-truncated'], (part) => (part.offset = 1 << 30)),
    tensor('a-tensor-at-an-endless-offset', ['model-damaged'], (part) => {
      part.offset = 2n ** 64n - 32n;
    }),
    tensor('a-tensor-over-another', ['model-damaged'], (part) => (part.offset = 32)),
    tensor('a-tensor-at-an-odd-offset', ['model-damaged'], (part) => (part.offset = 33)),
    tensor('a-tensor-of-an-unknown-type', ['model-tensor-type-unsupported'], (part) => {
      part.typeNumber = 200;
    }),
    tensor('a-tensor-in-iq2', ['model-tensor-type-unsupported'], (part) => (part.typeNumber = 16)),
    tensor('a-tensor-of-whole-numbers', ['model-tensor-type-unsupported'], (part) => {
      part.typeNumber = 26;
    }),
    tensor('a-tensor-without-elements', ['model-damaged'], (part) => (part.shape = [32, 0])),
    tensor('a-tensor-without-dimensions', ['model-damaged'], (part) => (part.shape = [])),
    tensor('a-tensor-of-nine-dimensions', ['model-damaged'], (part) => {
      part.shape = new Array<number>(9).fill(1);
    }),
    tensor('a-tensor-of-impossible-size', ['model-damaged'], (part) => {
      part.shape = [2 ** 40, 2 ** 40];
    }),
    tensor('a-tensor-larger-than-the-file', ['model-truncated'], (part) => {
      part.shape = [2 ** 20, 2 ** 20];
    }),
    tensor('a-tensor-transposed', ['model-damaged'], (part) => (part.shape = [16, 64])),
    tensor('a-tensor-whose-rows-are-no-blocks', ['model-damaged'], (part) => {
      part.typeNumber = 14;
    }),
    tensor('a-tensor-twice', ['model-damaged'], (part, parts) => parts.tensors.push({ ...part })),
    tensor('a-tensor-with-a-strange-name', ['model-tensor-missing'], (part) => {
      part.name = 'a\u0000\u202eb'.repeat(500);
    }),
    tensor('a-bias', ['model-architecture-unsupported'], (part, { tensors }) => {
      tensors.push({ ...part, name: 'blk.0.attn_q.bias', shape: [32] });
    }),
    changed('a-rotation-of-the-wrong-size', ['model-damaged'], ({ tensors }) => {
      const bytes = new Uint8Array(12);
      tensors.push({ name: 'rope_freqs.weight', shape: [3], typeNumber: 0, bytes });
    }),
    changed('a-rotation-divided-by-nothing', ['model-damaged'], ({ tensors }) => {
      const bytes = new Uint8Array(16);
      tensors.push({ name: 'rope_freqs.weight', shape: [4], typeNumber: 0, bytes });
    }),
    ...['token_embd', 'output_norm', 'blk.1.ffn_down', 'blk.0.attn_norm'].map(without),
    changed('no-tensors-at-all', ['model-tensor-missing'], (parts) => (parts.tensors = [])),
  ];
}

function brokenFacts(): BrokenGguf[] {
  const number = (key: string, value: number, codes: ErrorCode[] = ['model-damaged']) =>
    changed(`${key}-is-${value}`, codes, ({ entries }) => {
      const kind = Number.isInteger(value) && value >= 0 ? 'u32' : 'f32';
      entries.set(key, { kind, value });
    });
  const words = (key: string, value: string, codes: ErrorCode[] = ['model-damaged']) =>
    changed(`${key}-is-${value}`, codes, ({ entries }) => {
      entries.set(key, { kind: 'text', value });
    });
  const without = (key: string) =>
    changed(`without-${key}`, ['model-damaged'], ({ entries }) => entries.delete(key));
  return [
    words('general.architecture', 'mamba', ['model-architecture-unsupported']),
    words('general.architecture', '', ['model-architecture-unsupported']),
    number('general.architecture', 1),
    without('general.architecture'),
    number('llama.expert_count', 8, ['model-architecture-unsupported']),
    without('llama.block_count'),
    number('llama.block_count', 0),
    number('llama.block_count', 3, ['model-tensor-missing']),
    number('llama.block_count', 1, ['model-architecture-unsupported']),
    number('llama.block_count', 4_000_000_000),
    number('llama.block_count', 1.5),
    words('llama.block_count', 'two'),
    number('llama.embedding_length', 0),
    number('llama.embedding_length', 33),
    number('llama.embedding_length', NaN),
    number('llama.attention.head_count', 0),
    number('llama.attention.head_count', 7),
    number('llama.attention.head_count_kv', 0),
    number('llama.attention.head_count_kv', 3),
    number('llama.attention.key_length', 16, ['model-architecture-unsupported', 'model-damaged']),
    number('llama.feed_forward_length', 63),
    number('llama.context_length', 0),
    number('llama.context_length', 4_294_967_295),
    number('llama.attention.layer_norm_rms_epsilon', NaN),
    number('llama.attention.layer_norm_rms_epsilon', -1.5),
    without('llama.attention.layer_norm_rms_epsilon'),
    number('llama.rope.freq_base', Infinity),
    number('llama.rope.freq_base', 0),
    number('llama.rope.dimension_count', 7),
    number('llama.rope.dimension_count', 64),
    words('llama.rope.scaling.type', 'yarn'),
    words('llama.rope.scaling.type', 'dynamic', ['model-architecture-unsupported']),
    number('general.alignment', 0),
    number('general.alignment', 7.5),
    number('split.count', 3),
    number('split.count', 70_000),
    number('split.count', 2.5),
    changed('a-part-with-another-name', ['model-format-unsupported'], ({ entries }) => {
      entries.set('split.count', { kind: 'u32', value: 3 });
      entries.set('split.no', { kind: 'u32', value: 1 });
    }),
  ];
}

function brokenVocabularies(): BrokenGguf[] {
  const list = (
    name: string,
    codes: ErrorCode[],
    change: (tokens: string[]) => void,
    key: string,
  ) =>
    changed(name, codes, ({ entries }) => {
      const entry = entries.get(key);
      if (entry?.kind === 'texts') change(entry.value);
    });
  const tokens = 'tokenizer.ggml.tokens';
  const merges = 'tokenizer.ggml.merges';
  const entry = (
    name: string,
    codes: ErrorCode[],
    key: string,
    value: Parameters<GgufParts['entries']['set']>[1],
  ) => changed(name, codes, ({ entries }) => entries.set(key, value));
  const unsupported: ErrorCode[] = ['model-tokenizer-unsupported'];
  const damaged: ErrorCode[] = ['model-damaged'];
  return [
    list('a-token-too-many', ['model-vocabulary-mismatch'], (all) => all.push('x'), tokens),
    list('a-token-too-few', ['model-vocabulary-mismatch'], (all) => all.pop(), tokens),
    list('tokens-without-letters', unsupported, (all) => all.fill('?'), tokens),
    list('a-merge-of-one-part', damaged, (all) => (all[3] = 'abc'), merges),
    list('an-empty-merge', damaged, (all) => (all[3] = ''), merges),
    list('a-merge-outside-the-vocabulary', damaged, (all) => (all[3] = 'Q Q'), merges),
    changed('no-tokens', unsupported, ({ entries }) => entries.delete(tokens)),
    changed('no-merges', unsupported, ({ entries }) => entries.delete(merges)),
    changed('no-tokenizer', unsupported, ({ entries }) => entries.delete('tokenizer.ggml.model')),
    entry('a-bert-tokenizer', unsupported, 'tokenizer.ggml.model', { kind: 'text', value: 'bert' }),
    entry('an-unknown-way-of-splitting', unsupported, 'tokenizer.ggml.pre', {
      kind: 'text',
      value: 'own-rules',
    }),
    entry('a-sentence-piece-without-scores', unsupported, 'tokenizer.ggml.model', {
      kind: 'text',
      value: 'llama',
    }),
    entry('tokens-that-are-numbers', damaged, tokens, { kind: 'i32s', value: [1, 2, 3] }),
    entry('kinds-of-another-length', damaged, 'tokenizer.ggml.token_type', {
      kind: 'i32s',
      value: [3, 3],
    }),
    entry('an-end-token-that-does-not-exist', damaged, 'tokenizer.ggml.eos_token_id', {
      kind: 'u32',
      value: 5000,
    }),
  ];
}

function brokenTemplates(): BrokenGguf[] {
  const template = (name: string, source: string): BrokenGguf =>
    changed(name, ['chat-template-failed'], () => undefined, { chatTemplate: source });
  const loop = (body: string) => `{% for i in range(99999) %}${body}{% endfor %}`;
  return [
    changed('no-template', ['chat-template-missing'], () => undefined, { chatTemplate: null }),
    changed('an-empty-template', ['chat-template-missing'], () => undefined, { chatTemplate: ' ' }),
    changed('a-template-that-is-a-number', ['model-damaged'], ({ entries }) => {
      entries.set('tokenizer.chat_template', { kind: 'u32', value: 1 });
    }),
    template('an-endless-template', loop(loop(' '))),
    template('a-template-with-a-huge-output', loop('x'.repeat(100))),
    template(
      'a-template-that-fills-the-memory',
      `${loop("{% set x = 'y' %}")}{{ 'x' * 999999999 }}`,
    ),
    template(
      'a-template-that-doubles-a-list',
      `{% set box = namespace(x=[1]) %}${loop('{% set box.x = box.x + box.x %}')}`,
    ),
    template('a-template-that-raises', "{{ raise_exception('no') }}"),
    template('a-template-that-is-broken', '{% if %}{{'),
    template('a-template-that-calls-itself', '{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}'),
    template('a-template-of-megabytes', 'x'.repeat(2 << 20)),
  ];
}

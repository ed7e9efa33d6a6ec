import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import protobuf from 'protobufjs/minimal.js';
import type { ErrorCode } from '../../src-main/contract/errors.ts';
import { encodeOnnx, type OnnxGraph, type OnnxNode, type OnnxTensor } from './tiny-onnx.ts';

/** A folder with an exported decoder that has one fault, and the errors that may be given for it. */
export interface BrokenExport {
  /** What is wrong, usable as a folder's name. */
  name: string;
  codes: ErrorCode[];
  /** The ONNX file. */
  bytes: Uint8Array;
  /** Other files in the folder. */
  files?: Record<string, string | Uint8Array>;
}

const vocabulary = 260;
const width = 16;

/**
 * The smallest decoder with a cache: its logits are those of the last token, its keys and values the tokens' embeddings.
 * @param change what to spoil, before it is written
 */
export function tinyDecoder(change: (graph: OnnxGraph) => void = () => undefined): OnnxGraph {
  const numbers = (name: string, dims: number[]): OnnxTensor => ({
    name,
    type: 'float32',
    dims,
    data: Float32Array.from({ length: (dims[0] ?? 0) * (dims[1] ?? 0) }, (_, i) => Math.sin(i)),
  });
  const past = (kind: string) => ({
    name: `past_key_values.0.${kind}`,
    type: 'float32' as const,
    shape: ['rows', 1, 'past', width],
  });
  const present = (kind: string): OnnxNode => ({
    operator: 'Concat',
    inputs: [`past_key_values.0.${kind}`, 'fresh'],
    outputs: [`present.0.${kind}`],
    attributes: { axis: 2 },
  });
  const graph: OnnxGraph = {
    inputs: [
      { name: 'input_ids', type: 'int64', shape: ['rows', 'tokens'] },
      { name: 'attention_mask', type: 'int64', shape: ['rows', 'all'] },
      past('key'),
      past('value'),
    ],
    outputs: [
      { name: 'logits', type: 'float32', shape: ['rows', 'tokens', vocabulary] },
      { name: 'present.0.key', type: 'float32', shape: ['rows', 1, 'all', width] },
      { name: 'present.0.value', type: 'float32', shape: ['rows', 1, 'all', width] },
    ],
    initializers: [
      numbers('embedding', [vocabulary, width]),
      numbers('head', [width, vocabulary]),
      { name: 'axis', type: 'int64', dims: [1], data: BigInt64Array.of(1n) },
    ],
    nodes: [
      { operator: 'Gather', inputs: ['embedding', 'input_ids'], outputs: ['hidden'] },
      { operator: 'Unsqueeze', inputs: ['hidden', 'axis'], outputs: ['fresh'] },
      present('key'),
      present('value'),
      { operator: 'MatMul', inputs: ['hidden', 'head'], outputs: ['logits'] },
    ],
  };
  change(graph);
  return graph;
}

/** Its config.json. */
export const tinyConfig = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  num_hidden_layers: 1,
  num_attention_heads: 1,
  num_key_value_heads: 1,
  head_dim: width,
  vocab_size: vocabulary,
  max_position_embeddings: 64,
};

/** Writes one to a folder of its own and returns its path. */
export async function writeBrokenExport(folder: string, fault: BrokenExport): Promise<string> {
  const path = join(folder, fault.name);
  await mkdir(join(path, 'a-folder'), { recursive: true });
  await writeFile(join(path, 'model.onnx'), fault.bytes);
  const files = { 'config.json': JSON.stringify(tinyConfig), ...fault.files };
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
  return path;
}

const damaged: ErrorCode[] = ['model-damaged'];
const unsupported: ErrorCode[] = ['model-format-unsupported'];

/** Every fault that the tests know. */
export function brokenExports(): BrokenExport[] {
  return [
    ...notModels(),
    ...truncations(),
    ...brokenStructures(),
    ...brokenTensors(),
    ...externalData(),
    ...otherGraphs(),
    ...brokenGraphs(),
    ...brokenConfigs(),
  ];
}

function notModels(): BrokenExport[] {
  const raw = (name: string, codes: ErrorCode[], content: Uint8Array): BrokenExport => ({
    name,
    codes,
    bytes: content,
  });
  const either: ErrorCode[] = ['model-damaged', 'model-truncated'];
  return [
    raw('an-empty-file', damaged, Buffer.alloc(0)),
    raw('one-byte', either, Buffer.from([8])),
    raw('a-json-file', either, Buffer.from('{"model_type": "llama"}')),
    raw('a-web-page', either, Buffer.from('<!doctype html><p>404</p>')),
    raw('a-pointer', either, Buffer.from('version https://git-lfs.github.com/spec/v1\n')),
    raw('only-zeros', damaged, Buffer.alloc(4096)),
    raw('only-ones', either, Buffer.alloc(4096, 255)),
  ];
}

function truncations(): BrokenExport[] {
  const whole = encodeOnnx(tinyDecoder());
  const shares = [0.001, 0.01, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.98];
  const cuts = shares.map((share) => Math.floor(whole.length * share));
  return [3, 20, ...cuts].map((length) => ({
    name: `cut-after-${length}-bytes`,
    codes: ['model-truncated', 'model-damaged'],
    bytes: whole.subarray(0, length),
  }));
}

/** A field that holds bytes. */
function field(number: number, content: Uint8Array): Uint8Array {
  return protobuf.Writer.create()
    .uint32((number << 3) | 2)
    .bytes(content)
    .finish();
}

/** A message in a message in a message … */
function nested(depth: number): Uint8Array {
  let inner: Uint8Array = new Uint8Array(0);
  // An attribute's graph (6) has nodes (1), which have attributes (5).
  for (let level = 0; level < depth; level++) inner = field([6, 5, 1][level % 3] ?? 1, inner);
  return inner;
}

function brokenStructures(): BrokenExport[] {
  const whole = encodeOnnx(tinyDecoder());
  const graphTag = 0x3a;
  const made = (name: string, codes: ErrorCode[], ...parts: Uint8Array[]): BrokenExport => ({
    name,
    codes,
    bytes: Buffer.concat(parts),
  });
  const either: ErrorCode[] = ['model-damaged', 'model-truncated'];
  const endless = Buffer.alloc(12, 255);
  const many = Buffer.alloc(4_000_000, Buffer.from([0x0a, 0]));
  return [
    made('no-graph', damaged, Buffer.from([8, 8])),
    made('two-graphs', damaged, whole, field(7, new Uint8Array(0))),
    made('a-graph-of-a-terabyte', either, Buffer.from([graphTag, 128, 128, 128, 128, 128, 32])),
    made('a-graph-without-an-end', either, Buffer.from([graphTag]), endless),
    made('a-number-without-an-end', either, Buffer.from([8]), endless),
    made('a-field-without-a-number', damaged, Buffer.from([2, 0]), whole),
    made('a-group', damaged, Buffer.from([0x0b, 0x0c]), whole),
    made('a-graph-that-is-a-number', damaged, Buffer.from([0x38, 1])),
    made('two-million-nodes', unsupported, field(7, many)),
    made('nested-ten-thousand-times', either, whole.subarray(0, 30), nested(10_000)),
    made(
      'nodes-nested-a-thousand-times',
      damaged,
      field(8, Buffer.from([16, 17])),
      field(7, Buffer.concat([...graphOf(whole), field(1, nested(999))])),
    ),
    made('text-that-is-no-text', damaged, field(8, field(1, endless)), whole),
  ];
}

/** The bytes of a model's graph. */
function graphOf(model: Uint8Array): Uint8Array[] {
  const reader = protobuf.Reader.create(model);
  const graphs: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === ((7 << 3) | 2)) graphs.push(reader.bytes());
    else reader.skipType(tag & 7);
  }
  return graphs;
}

/** The tiny decoder, changed before it is written. */
function changed(
  name: string,
  codes: ErrorCode[],
  change: (graph: OnnxGraph) => void,
  files: BrokenExport['files'] = {},
): BrokenExport {
  return { name, codes, bytes: encodeOnnx(tinyDecoder(change)), files };
}

function embeddingOf({ initializers }: OnnxGraph): OnnxTensor {
  const [embedding] = initializers;
  if (embedding === undefined) throw new Error('the graph has no embedding');
  return embedding;
}

function brokenTensors(): BrokenExport[] {
  const dims = (name: string, shape: number[]) =>
    changed(`shape-${name}`, damaged, (graph) => {
      embeddingOf(graph).dims = shape;
    });
  return [
    dims('negative', [-260, -16]),
    dims('too-large', [260, 17]),
    dims('too-small', [260, 15]),
    dims('huge', [2 ** 40, 2 ** 40]),
    dims('empty', [0, 16]),
    changed('a-constant-twice', damaged, (graph) => graph.initializers.push(embeddingOf(graph))),
    changed('a-constant-without-a-name', damaged, (graph) => {
      embeddingOf(graph).name = '';
    }),
    changed('an-input-twice', damaged, ({ inputs }) => inputs.push(...inputs.slice(0, 1))),
  ];
}

function externalData(): BrokenExport[] {
  const elsewhere = (
    name: string,
    codes: ErrorCode[],
    file: string,
    place: Record<string, string> = {},
  ) =>
    changed(
      `data-${name}`,
      codes,
      (graph) => {
        const tensor = embeddingOf(graph);
        tensor.externalFile = file;
        tensor.externalPlace = place;
      },
      { 'model.data': Buffer.alloc(260 * 16 * 4) },
    );
  const unreadable: ErrorCode[] = ['model-unreadable'];
  return [
    elsewhere('missing', unreadable, 'none.data'),
    elsewhere('above', unreadable, '../model.data'),
    elsewhere('far-above', unreadable, 'a-folder/../../../model.data'),
    elsewhere('above-in-windows-words', unreadable, '..\\model.data'),
    elsewhere('absolute', unreadable, '/etc/passwd'),
    elsewhere('a-device', unreadable, '/dev/zero'),
    elsewhere('a-zero-in-the-name', unreadable, 'a\0b'),
    elsewhere('the-folder-itself', ['model-unreadable', 'model-damaged'], '.'),
    elsewhere('a-folder', damaged, 'a-folder'),
    elsewhere('no-name', damaged, ''),
    elsewhere('behind-the-end', ['model-truncated'], 'model.data', { offset: '1' }),
    elsewhere('far-behind-the-end', ['model-truncated'], 'model.data', {
      offset: '99999999999999',
    }),
    elsewhere('before-the-start', damaged, 'model.data', { offset: '-1' }),
    elsewhere('at-no-number', damaged, 'model.data', { offset: 'NaN' }),
    elsewhere('at-an-endless-number', damaged, 'model.data', { offset: '9'.repeat(400) }),
    elsewhere('too-short', damaged, 'model.data', { length: '4' }),
    elsewhere('too-long', damaged, 'model.data', { length: '99999999' }),
  ];
}

/** Whole ONNX models, but no decoders that Winnow runs. */
function otherGraphs(): BrokenExport[] {
  const input = (name: string) => (graph: OnnxGraph) => {
    graph.inputs.push({ name, type: 'int64', shape: [1] });
  };
  const without = (start: string) => (graph: OnnxGraph) => {
    graph.inputs = graph.inputs.filter(({ name }) => !name.startsWith(start));
  };
  const cache = (shape: (number | string)[], type: 'float32' | 'int8' = 'float32') => {
    return (graph: OnnxGraph) => {
      for (const one of graph.inputs) {
        if (one.name.startsWith('past')) Object.assign(one, { shape, type });
      }
    };
  };
  const old = (name: string, operatorSet: number): BrokenExport => ({
    name,
    codes: unsupported,
    bytes: encodeOnnx(tinyDecoder(), operatorSet),
  });
  return [
    changed('two-graphs-in-one', unsupported, input('use_cache_branch')),
    changed('an-unknown-input', unsupported, input('pixel_values')),
    changed('no-cache', unsupported, without('past')),
    changed('no-tokens', unsupported, without('input_ids')),
    changed('a-cache-of-three-axes', unsupported, cache(['rows', 'past', width])),
    changed('a-cache-of-small-numbers', unsupported, cache(['rows', 1, 'past', width], 'int8')),
    changed('no-logits', unsupported, ({ outputs }) => outputs.splice(0, 1)),
    changed('no-new-cache', unsupported, ({ outputs }) => outputs.splice(1, 1)),
    old('old-operators', 11),
    old('operators-of-the-future', 9999),
  ];
}

function brokenGraphs(): BrokenExport[] {
  const node = (name: string, change: (node: OnnxNode, graph: OnnxGraph) => void) =>
    changed(name, [...damaged, ...unsupported], (graph) => {
      const [first] = graph.nodes;
      if (first !== undefined) change(first, graph);
    });
  return [
    node('an-unknown-operator', (first) => (first.operator = 'NoSuchOperator')),
    node('a-cycle', (first) => (first.inputs = ['embedding', 'hidden'])),
    node('a-long-cycle', (first) => (first.inputs = ['embedding', 'logits'])),
    node('an-unknown-value', (first) => (first.inputs = ['embedding', 'nowhere'])),
    node('a-value-twice', (_, graph) => graph.nodes.push(...graph.nodes.slice(0, 1))),
    node('too-few-inputs', (first) => (first.inputs = ['embedding'])),
    node('wrong-types', (first) => (first.inputs = ['input_ids', 'embedding'])),
    node('no-nodes', (_, graph) => (graph.nodes = [])),
  ];
}

function brokenConfigs(): BrokenExport[] {
  const config = (name: string, codes: ErrorCode[], change: object | string): BrokenExport => ({
    name: `config-${name}`,
    codes,
    bytes: encodeOnnx(tinyDecoder()),
    files: {
      'config.json':
        typeof change === 'string' ? change : JSON.stringify({ ...tinyConfig, ...change }),
    },
  });
  return [
    config('of-no-json', damaged, '{"model_type":'),
    config('that-is-a-list', damaged, '[]'),
    config('with-a-text-for-a-number', damaged, { num_hidden_layers: 'two' }),
    config('with-half-a-layer', damaged, { num_hidden_layers: 1.5 }),
    config('with-less-than-no-heads', damaged, { num_key_value_heads: -1 }),
    config('with-more-layers', damaged, { num_hidden_layers: 30 }),
    config('with-more-heads', damaged, { num_key_value_heads: 8 }),
    config('with-larger-heads', damaged, { head_dim: 64 }),
  ];
}

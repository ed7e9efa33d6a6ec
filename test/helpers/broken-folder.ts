import type { ErrorCode } from '../../src-main/contract/errors.ts';
import type { FolderFiles } from './model-folders.ts';
import { safetensorsBytes, type SafeTensorPart } from './safetensors.ts';

/** A folder of safetensors with one fault, and the errors that may be given for it. */
export interface BrokenFolder {
  name: string;
  codes: ErrorCode[];
  /** undefined: without that file. */
  files: FolderFiles;
}

/** What the faults are put into: a folder that can be used (of the llama architecture), and its weights. */
export interface WholeFolder {
  files: FolderFiles;
  tensors: SafeTensorPart[];
}

/** Every fault that the tests know. */
export function brokenFolders(whole: WholeFolder): BrokenFolder[] {
  return [
    ...brokenBytes(whole),
    ...brokenHeaders(whole),
    ...brokenTensors(whole),
    ...brokenIndexes(whole),
    ...brokenConfigs(whole),
  ];
}

const weights = 'model.safetensors';
const index = 'model.safetensors.index.json';

function withWeights(name: string, codes: ErrorCode[], bytes: Uint8Array): BrokenFolder {
  return { name, codes, files: { [weights]: bytes } };
}

function brokenBytes({ files }: WholeFolder): BrokenFolder[] {
  const bytes = files[weights] as Buffer;
  const announcing = (length: bigint) => {
    const changed = Buffer.from(bytes);
    changed.writeBigUInt64LE(length);
    return changed;
  };
  const cut: ErrorCode[] = ['model-truncated'];
  const damaged: ErrorCode[] = ['model-damaged'];
  return [
    withWeights('an-empty-file', cut, Buffer.alloc(0)),
    withWeights('seven-bytes', cut, bytes.subarray(0, 7)),
    withWeights('only-a-length', cut, bytes.subarray(0, 8)),
    withWeights('half-a-header', cut, bytes.subarray(0, 300)),
    withWeights('half-the-data', cut, bytes.subarray(0, bytes.length / 2)),
    withWeights('a-byte-too-few', cut, bytes.subarray(0, -1)),
    withWeights('an-endless-header', damaged, announcing(2n ** 64n - 1n)),
    withWeights('a-header-of-a-terabyte', damaged, announcing(10n ** 12n)),
    withWeights('a-header-beyond-the-end', cut, announcing(90_000_000n)),
    withWeights('no-header', damaged, announcing(0n)),
    withWeights('a-header-that-ends-early', damaged, announcing(100n)),
    withWeights(
      'a-web-page',
      ['model-damaged'],
      Buffer.from('<!doctype html><p>404 Not found</p>'),
    ),
    withWeights('only-zeros', damaged, Buffer.alloc(4096)),
  ];
}

type Header = Record<string, Record<string, unknown>>;

const query = 'model.layers.0.self_attn.q_proj.weight';

function brokenHeaders({ tensors }: WholeFolder): BrokenFolder[] {
  const changed = (name: string, codes: ErrorCode[], change: (entry: Header) => void) =>
    withWeights(name, codes, safetensorsBytes(tensors, change));
  const entry = (name: string, codes: ErrorCode[], entries: Record<string, unknown>) =>
    changed(name, codes, (header) => (header[query] = { ...header[query], ...entries }));
  const damaged: ErrorCode[] = ['model-damaged'];
  return [
    entry('no-offsets', damaged, { data_offsets: undefined }),
    entry('one-offset', damaged, { data_offsets: [0] }),
    entry('offsets-below-zero', damaged, { data_offsets: [-8192, 0] }),
    entry('offsets-turned-round', damaged, { data_offsets: [8192, 0] }),
    entry('offsets-that-are-words', damaged, { data_offsets: ['0', '8192'] }),
    entry('offsets-between-bytes', damaged, { data_offsets: [0.5, 8192.5] }),
    entry('an-endless-offset', damaged, { data_offsets: [2 ** 60, 2 ** 60 + 8192] }),
    entry('offsets-beyond-the-end', ['model-truncated'], { data_offsets: [1e9, 1e9 + 8192] }),
    entry('a-tensor-over-another', damaged, { data_offsets: [4, 8196] }),
    entry('no-shape', damaged, { shape: undefined }),
    entry('a-shape-of-words', damaged, { shape: ['64', '32'] }),
    entry('a-shape-below-zero', damaged, { shape: [-64, -32] }),
    entry('a-shape-of-nine-dimensions', damaged, { shape: [1, 1, 1, 1, 1, 1, 1, 64, 32] }),
    entry('an-endless-shape', damaged, { shape: [2 ** 50, 2 ** 50] }),
    entry('a-shape-too-large', damaged, { shape: [64, 33] }),
    entry('a-shape-transposed', damaged, { shape: [32, 64] }),
    entry('a-shape-in-one-line', damaged, { shape: [2048] }),
    entry('another-size-of-number', damaged, { dtype: 'F16' }),
    entry('whole-numbers', ['model-tensor-type-unsupported'], { dtype: 'I32' }),
    entry('an-unknown-type', ['model-tensor-type-unsupported'], { dtype: 'F4' }),
    entry('a-type-that-is-a-number', damaged, { dtype: 32 }),
    changed('a-tensor-that-is-a-word', damaged, (header) => {
      Object.assign(header, { [query]: 'x' });
    }),
  ];
}

function brokenTensors({ tensors }: WholeFolder): BrokenFolder[] {
  const written = (name: string, codes: ErrorCode[], parts: SafeTensorPart[]) =>
    withWeights(name, codes, safetensorsBytes(parts));
  const without = (name: string) =>
    written(
      `without-${name}`,
      ['model-tensor-missing'],
      tensors.filter((part) => part.name !== name),
    );
  const [first] = tensors;
  const more = (name: string): SafeTensorPart[] =>
    first === undefined ? [] : [...tensors, { ...first, name }];
  return [
    ...['model.embed_tokens.weight', 'model.norm.weight', query].map(without),
    written('no-tensors', ['model-tensor-missing'], []),
    written('a-bias', ['model-architecture-unsupported'], more('model.layers.0.mlp.up_proj.bias')),
    written('a-part-of-pictures', ['model-architecture-unsupported'], more('vision_tower.weight')),
    written(
      'a-layer-too-many',
      ['model-architecture-unsupported'],
      [
        ...tensors,
        ...tensors
          .filter(({ name }) => name.includes('layers.1'))
          .map((part) => ({ ...part, name: part.name.replace('layers.1', 'layers.2') })),
      ],
    ),
    written(
      'a-layer-under-two-numbers',
      ['model-damaged'],
      [
        ...tensors,
        ...tensors
          .filter(({ name }) => name === query)
          .map((part) => ({ ...part, name: part.name.replace('layers.0', 'layers.00') })),
      ],
    ),
    written(
      'impossible-factors',
      ['model-damaged', 'model-architecture-unsupported'],
      more('rope_freqs.weight'),
    ),
  ];
}

function brokenIndexes({ tensors, files }: WholeFolder): BrokenFolder[] {
  const places = (file: string) => Object.fromEntries(tensors.map(({ name }) => [name, file]));
  const part = 'model-00001-of-00001.safetensors';
  const listed = (name: string, codes: ErrorCode[], map: unknown): BrokenFolder => ({
    name,
    codes,
    files: { [index]: { weight_map: map }, [part]: files[weights], [weights]: undefined },
  });
  return [
    listed('an-index-without-a-list', ['model-damaged'], undefined),
    listed('an-index-of-numbers', ['model-damaged'], { a: 1 }),
    listed('a-part-that-is-missing', ['model-not-found'], places('model-00002.safetensors')),
    listed('a-part-outside', ['model-unreadable'], places('../model.safetensors')),
    listed('a-part-from-the-root', ['model-unreadable'], places('/etc/passwd')),
    listed('a-part-that-is-the-folder', ['model-unreadable'], places('.')),
    listed(
      'a-part-that-is-a-configuration',
      ['model-damaged', 'model-truncated'],
      places('config.json'),
    ),
    listed('a-tensor-that-its-part-lacks', ['model-damaged'], { ...places(part), other: part }),
    listed('a-part-with-odd-characters', ['model-not-found'], places('a\u0000\u202eb')),
    listed(
      'very-many-parts',
      ['model-damaged'],
      Object.fromEntries(
        Array.from({ length: 600 }, (_, number) => [`t${number}`, `p${number}.safetensors`]),
      ),
    ),
    {
      name: 'a-tensor-in-two-parts',
      codes: ['model-damaged'],
      files: {
        [index]: { weight_map: { ...places(part), [query]: weights } },
        [part]: files[weights],
      },
    },
    { name: 'no-weights', codes: ['model-format-unsupported'], files: { [weights]: undefined } },
  ];
}

function brokenConfigs({ files }: WholeFolder): BrokenFolder[] {
  const config = files['config.json'] as Record<string, unknown>;
  const changed = (name: string, value: unknown, codes: ErrorCode[] = ['model-damaged']) => ({
    name: `${name}-is-${JSON.stringify(value)}`.slice(0, 60),
    codes,
    files: { 'config.json': { ...config, [name]: value } },
  });
  const unsupported: ErrorCode[] = ['model-architecture-unsupported'];
  const rope = (name: string, parameters: unknown, codes?: ErrorCode[]) => ({
    ...changed('rope_parameters', parameters, codes),
    name,
  });
  const linear = { rope_type: 'linear', rope_theta: 1e4 };
  return [
    { name: 'no-config', codes: ['model-format-unsupported'], files: { 'config.json': undefined } },
    { name: 'half-a-config', codes: ['model-damaged'], files: { 'config.json': '{"hidden' } },
    { name: 'an-empty-config', codes: unsupported, files: { 'config.json': {} } },
    changed('architectures', ['MambaForCausalLM'], unsupported),
    changed('architectures', [], unsupported),
    changed('architectures', 'LlamaForCausalLM'),
    ...[0, -1, 1.5, '2', null, 1e12].map((value) => changed('num_hidden_layers', value)),
    changed('num_hidden_layers', 1, unsupported),
    changed('num_hidden_layers', 3, ['model-tensor-missing']),
    changed('hidden_size', 33),
    changed('hidden_size', 64),
    changed('intermediate_size', 63),
    changed('num_attention_heads', 3),
    changed('num_key_value_heads', 3),
    changed('num_key_value_heads', 4),
    changed('head_dim', 0),
    changed('head_dim', 8),
    changed('max_position_embeddings', 0),
    changed('rms_norm_eps', -1),
    changed('rms_norm_eps', 2),
    changed('hidden_act', 'relu', unsupported),
    changed('tie_word_embeddings', 'yes'),
    changed('quantization_config', { quant_method: 'awq' }, ['model-format-unsupported']),
    changed('layer_types', ['full_attention']),
    changed('layer_types', ['linear_attention', 'full_attention'], unsupported),
    changed('sliding_window', -4),
    changed('partial_rotary_factor', 7),
    changed('use_bidirectional_attention', true, unsupported),
    changed('rope_parameters', 'llama3'),
    rope('a-rotation-without-its-factor', linear),
    rope('a-rotation-by-nothing', { ...linear, factor: 0 }),
    rope('a-rotation-without-borders', { ...linear, rope_type: 'llama3', factor: 8 }),
    rope('an-unknown-rotation', { ...linear, rope_type: 'dynamic', factor: 2 }, unsupported),
    rope('a-rotation-without-lists', { ...linear, rope_type: 'longrope' }),
    rope('a-rotation-with-short-lists', {
      ...linear,
      rope_type: 'longrope',
      short_factor: [1],
      long_factor: [1],
    }),
    rope('an-odd-rotation', { ...linear, rope_type: 'default', partial_rotary_factor: 0.2 }),
    rope(
      'layers-that-rotate-stretched',
      {
        full_attention: { ...linear, factor: 2 },
        sliding_attention: { ...linear, factor: 2 },
      },
      unsupported,
    ),
  ];
}

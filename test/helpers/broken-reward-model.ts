/** Reward-model folders that are broken, each in one way, made from a valid tiny one. */
import { chmodSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorCode } from '../../src-main/contract/errors.ts';
import { encodeOnnx, type OnnxGraph, type OnnxTensor } from './tiny-onnx.ts';
import {
  makeTinyRewardModel,
  tinyTokenizer,
  tinyVocabulary,
  writeModelFolder,
  type TinyRewardModel,
} from './tiny-reward-model.ts';

export interface BrokenRewardModel {
  /** What is wrong, as a test's title. */
  fault: string;
  /** The code of the error that must come of it. */
  code: ErrorCode;
  /** Writes the broken folder and returns the path to give to Winnow. */
  write: (folder: string) => string;
}

type Parts = TinyRewardModel;

/** A fault in a file's contents: `change` alters the files of a valid model. */
function contents(
  fault: string,
  code: ErrorCode,
  change: (files: Map<string, string | Uint8Array>, parts: Parts) => void,
): BrokenRewardModel {
  const write = (folder: string): string => {
    const parts = makeTinyRewardModel();
    change(parts.files, parts);
    return writeModelFolder(folder, parts.files);
  };
  return { fault, code, write };
}

const config = (fault: string, code: ErrorCode, changed: Record<string, unknown>) =>
  contents(fault, code, (files, parts) =>
    files.set('config.json', JSON.stringify({ ...parts.config, ...changed })),
  );

const tokenizer = (fault: string, code: ErrorCode, changed: Record<string, unknown>) =>
  contents(fault, code, (files, parts) =>
    files.set('tokenizer.json', JSON.stringify({ ...parts.tokenizer, ...changed })),
  );

const graph = (fault: string, code: ErrorCode, change: (graph: OnnxGraph) => OnnxGraph) =>
  contents(fault, code, (files, parts) =>
    files.set('onnx/model.onnx', encodeOnnx(change(parts.graph))),
  );

/** A fault of the file system: `spoil` alters the folder of a valid model and may return another path. */
function onDisk(
  fault: string,
  code: ErrorCode,
  spoil: (folder: string) => string | undefined,
): BrokenRewardModel {
  const write = (folder: string): string => {
    writeModelFolder(folder, makeTinyRewardModel().files);
    return spoil(folder) ?? folder;
  };
  return { fault, code, write };
}

function changeTensor(
  graph: OnnxGraph,
  name: string,
  change: (tensor: OnnxTensor) => Partial<OnnxTensor>,
): OnnxGraph {
  const initializers = graph.initializers.map((tensor) =>
    tensor.name === name ? { ...tensor, ...change(tensor) } : tensor,
  );
  return { ...graph, initializers };
}

const replaced = (size: number, value: number) => new Float32Array(size).fill(value);

function replaceByItself(folder: string, name: string): undefined {
  rmSync(join(folder, name));
  symlinkSync(name.slice(name.lastIndexOf('/') + 1), join(folder, name));
}

const files: BrokenRewardModel[] = [
  onDisk('the folder does not exist', 'model-not-found', (folder) => join(folder, 'nowhere')),
  onDisk('the folder is empty', 'reward-model-invalid', (folder) => {
    mkdirSync(join(folder, 'empty'));
    return join(folder, 'empty');
  }),
  onDisk('the path is a file', 'model-not-gguf', (folder) => join(folder, 'config.json')),
  onDisk('the path goes through a file', 'model-not-found', (folder) =>
    join(folder, 'config.json', 'more'),
  ),
  onDisk('the path holds a NUL', 'model-not-found', (folder) => `${folder}\0`),
  onDisk('the path is longer than paths can be', 'model-unreadable', (folder) =>
    join(folder, 'a'.repeat(5000)),
  ),
  onDisk('the folder is a link to itself', 'model-unreadable', (folder) => {
    symlinkSync('loop', join(folder, 'loop'));
    return join(folder, 'loop');
  }),
  onDisk('config.json is a link to itself', 'model-unreadable', (folder) =>
    replaceByItself(folder, 'config.json'),
  ),
  onDisk('model.onnx is a link to itself', 'model-unreadable', (folder) =>
    replaceByItself(folder, 'onnx/model.onnx'),
  ),
  onDisk('model.onnx is a folder', 'model-damaged', (folder) => {
    rmSync(join(folder, 'onnx/model.onnx'));
    mkdirSync(join(folder, 'onnx/model.onnx'));
    return undefined;
  }),
  onDisk('tokenizer.json is a folder', 'model-damaged', (folder) => {
    rmSync(join(folder, 'tokenizer.json'));
    mkdirSync(join(folder, 'tokenizer.json'));
    return undefined;
  }),
  onDisk('config.json is larger than such a file can be', 'model-damaged', (folder) => {
    truncateSync(join(folder, 'config.json'), 1e9);
    return undefined;
  }),
  onDisk('tokenizer.json is larger than such a file can be', 'model-damaged', (folder) => {
    truncateSync(join(folder, 'tokenizer.json'), 1e10);
    return undefined;
  }),
  ...['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model.onnx'].flatMap(
    (name) => [
      contents(`${name} is empty`, 'model-damaged', (map) => map.set(name, '')),
      contents(`${name} is cut in half`, 'model-damaged', (map) => {
        const whole = map.get(name) ?? '';
        map.set(name, whole.slice(0, whole.length / 2));
      }),
      contents(`${name} is full of zeros`, 'model-damaged', (map) =>
        map.set(name, new Uint8Array(1000)),
      ),
    ],
  ),
];

for (const name of ['config.json', 'tokenizer.json', 'onnx/model.onnx']) {
  files.push(
    contents(`${name} is missing`, 'reward-model-invalid', (map) => map.delete(name)),
    onDisk(`${name} is a link out of the folder`, 'model-unreadable', (folder) => {
      const inner = join(folder, 'inner');
      writeModelFolder(inner, makeTinyRewardModel().files);
      rmSync(join(inner, name));
      symlinkSync(join(folder, name), join(inner, name));
      return inner;
    }),
  );
}

const settings: BrokenRewardModel[] = [
  contents('config.json is a list', 'model-damaged', (map) => map.set('config.json', '[]')),
  config('it is a language model', 'reward-model-invalid', {
    architectures: ['LlamaForCausalLM'],
  }),
  config('architectures is a number', 'model-damaged', { architectures: 5 }),
  config('it has three labels', 'reward-model-invalid', {
    num_labels: undefined,
    id2label: { 0: 'a', 1: 'b', 2: 'c' },
  }),
  config('it has no label', 'reward-model-invalid', { num_labels: 0 }),
  config('the vocabulary is smaller than the tokenizer', 'model-vocabulary-mismatch', {
    vocab_size: 20,
  }),
  config('the window is a text', 'model-damaged', { max_position_embeddings: '512' }),
  config('the window is negative', 'model-damaged', { max_position_embeddings: -1 }),
  config('the window holds nothing', 'reward-model-invalid', { max_position_embeddings: 8 }),
  contents('the window is far larger than the model’s', 'reward-model-invalid', (map, parts) => {
    const huge = { ...parts.config, max_position_embeddings: 1e12 };
    map.set('config.json', JSON.stringify(huge));
    map.set('tokenizer_config.json', JSON.stringify({ model_max_length: 1e30 }));
  }),
  config('the padding token does not exist', 'model-vocabulary-mismatch', { pad_token_id: 1e6 }),
  contents('the tokenizer allows no token', 'reward-model-invalid', (map) =>
    map.set('tokenizer_config.json', JSON.stringify({ model_max_length: -5 })),
  ),
];

const wordPiece = tinyTokenizer(tinyVocabulary()).model as Record<string, unknown>;

const first = { SpecialToken: { id: '[CLS]', type_id: 0 } };
const sequence = (id: 'A' | 'B') => ({ Sequence: { id, type_id: 0 } });

/** A reward model made from a chat model, whose tokenizer joins two texts in that way. */
function conversational(fault: string, post_processor: unknown): BrokenRewardModel {
  return contents(fault, 'reward-model-invalid', (files, parts) => {
    files.set('tokenizer.json', JSON.stringify({ ...parts.tokenizer, post_processor }));
    files.set('chat_template.jinja', "{{ messages[0]['content'] }}");
  });
}

const tokenizers: BrokenRewardModel[] = [
  conversational('it reads conversations, and joins two texts with nothing between', {
    type: 'ByteLevel',
  }),
  conversational('it reads conversations, and joins two texts with a second beginning', {
    type: 'TemplateProcessing',
    single: [first, sequence('A')],
    pair: [first, sequence('A'), first, sequence('B')],
    special_tokens: { '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] } },
  }),
  conversational('it reads conversations, and joins no texts', null),
  contents('tokenizer.json is a text', 'model-damaged', (map) =>
    map.set('tokenizer.json', '"hello"'),
  ),
  tokenizer('the tokenizer has no model', 'model-damaged', { model: undefined }),
  tokenizer('the tokenizer is of an unknown kind', 'model-tokenizer-unsupported', {
    model: { type: 'Oracle', vocab: {} },
  }),
  tokenizer('the tokenizer has no vocabulary', 'model-tokenizer-unsupported', {
    model: { ...wordPiece, vocab: undefined },
  }),
  tokenizer('the vocabulary holds texts for ids', 'model-tokenizer-unsupported', {
    model: { ...wordPiece, vocab: { a: 'one' } },
  }),
  tokenizer('an id is astronomically large', 'model-vocabulary-mismatch', {
    model: { ...wordPiece, vocab: { a: 4e9 } },
  }),
  tokenizer('the tokenizer does not join two texts', 'model-tokenizer-unsupported', {
    post_processor: null,
  }),
  tokenizer('the template names an unknown token', 'model-tokenizer-unsupported', {
    post_processor: { type: 'BertProcessing', sep: ['[END]', 3], cls: ['[BEGIN]', 2] },
  }),
  tokenizer('an added token has no text', 'model-damaged', { added_tokens: [{ id: 3 }] }),
  tokenizer('the normalizer is of an unknown kind', 'model-tokenizer-unsupported', {
    normalizer: { type: 'Rot13' },
  }),
  contents('the embedding is smaller than config.json says', 'model-vocabulary-mismatch', (map) => {
    const small = makeTinyRewardModel().graph;
    const cut = changeTensor(small, 'words', ({ data }) => {
      return { dims: [50, 16], data: data.slice(0, 50 * 16) };
    });
    map.set('onnx/model.onnx', encodeOnnx(cut));
  }),
];

const shape = ['batch', 'sequence'];
const graphs: BrokenRewardModel[] = [
  contents('model.onnx is a picture', 'model-damaged', (map) =>
    map.set('onnx/model.onnx', Buffer.from('\x89PNG\r\n\x1a\n'.repeat(50), 'latin1')),
  ),
  graph('the weights are NaN', 'reward-model-invalid', (valid) =>
    changeTensor(valid, 'outer', () => ({ data: replaced(16, NaN) })),
  ),
  graph('the weights are infinite', 'reward-model-invalid', (valid) =>
    changeTensor(valid, 'outer', () => ({ data: replaced(16, Infinity) })),
  ),
  graph('a tensor is shorter than its shape', 'reward-model-invalid', (valid) =>
    changeTensor(valid, 'inner', () => ({ data: replaced(10, 1) })),
  ),
  graph('a tensor has an absurd shape', 'reward-model-invalid', (valid) =>
    changeTensor(valid, 'words', () => ({ dims: [2 ** 40, 16] })),
  ),
  graph('the file with the weights is missing', 'reward-model-invalid', (valid) =>
    changeTensor(valid, 'words', () => ({ externalFile: 'weights.bin' })),
  ),
  contents('the file with the weights is too short', 'reward-model-invalid', (map, parts) => {
    const valid = changeTensor(parts.graph, 'words', () => ({ externalFile: 'weights.bin' }));
    map.set('onnx/model.onnx', encodeOnnx(valid));
    map.set('onnx/weights.bin', 'short');
  }),
  graph('the file with the weights lies outside the folder', 'reward-model-invalid', (valid) =>
    changeTensor(valid, 'words', () => ({ externalFile: '../../../../etc/hostname' })),
  ),
  graph('an operator does not exist', 'reward-model-invalid', (valid) => ({
    ...valid,
    nodes: valid.nodes.map((node) =>
      node.operator === 'Tanh' ? { ...node, operator: 'Wish' } : node,
    ),
  })),
  graph('two matrices do not fit together', 'reward-model-invalid', (valid) =>
    changeTensor(valid, 'inner', () => ({ dims: [8, 32] })),
  ),
  graph('there is no attention mask', 'reward-model-invalid', (valid) => ({
    ...valid,
    inputs: valid.inputs.map((input) =>
      input.name === 'attention_mask' ? { ...input, name: 'mask_of_attention' } : input,
    ),
  })),
  graph('it wants an unknown input', 'reward-model-invalid', (valid) => ({
    ...valid,
    inputs: [...valid.inputs, { name: 'pixel_values', type: 'float32', shape }],
  })),
  graph('its ids are floating-point numbers', 'reward-model-invalid', (valid) => ({
    ...valid,
    inputs: [...valid.inputs.slice(0, 2), { name: 'token_type_ids', type: 'float32', shape }],
    nodes: valid.nodes
      .filter(({ inputs }) => !inputs.includes('token_type_ids') && !inputs.includes('typeVectors'))
      .map((node) => ({
        ...node,
        inputs: node.inputs.map((name) => (name === 'typed' ? 'worded' : name)),
      })),
  })),
  graph('its inputs have three axes', 'reward-model-invalid', (valid) => ({
    ...valid,
    inputs: valid.inputs.map((input) => ({ ...input, shape: [...shape, 1] })),
  })),
  graph('it gives three numbers for a text', 'reward-model-invalid', (valid) => ({
    ...changeTensor(valid, 'outer', () => ({ dims: [16, 3], data: replaced(48, 0.1) })),
    outputs: [{ name: 'logits', type: 'float32', shape: ['batch', 3] }],
  })),
  graph('it says one number but gives three', 'reward-model-invalid', (valid) => ({
    ...changeTensor(valid, 'outer', () => ({ dims: [16, 3], data: replaced(48, 0.1) })),
    outputs: [{ name: 'logits', type: 'float32', shape: ['batch', 'labels'] }],
  })),
  graph('its rewards are whole numbers', 'reward-model-invalid', (valid) => ({
    ...valid,
    outputs: [{ name: 'logits', type: 'int64', shape: ['batch', 1] }],
    nodes: [
      ...valid.nodes.map((node) => ({
        ...node,
        outputs: node.outputs.map((name) => (name === 'logits' ? 'exact' : name)),
      })),
      { operator: 'Cast', inputs: ['exact'], outputs: ['logits'], attributes: { to: 7 } },
    ],
  })),
  graph('its output is a list without a second axis', 'reward-model-invalid', (valid) => ({
    ...valid,
    outputs: [{ name: 'mean', type: 'float32', shape: ['batch'] }],
    nodes: [
      ...valid.nodes.slice(0, -2),
      { operator: 'Div', inputs: ['sum', 'count'], outputs: ['many'] },
      {
        operator: 'ReduceSum',
        inputs: ['many', 'one'],
        outputs: ['mean'],
        attributes: { keepdims: 0 },
      },
    ],
  })),
  graph('it does not say which output is the reward', 'reward-model-invalid', (valid) => ({
    ...valid,
    outputs: [
      { name: 'mean', type: 'float32', shape: ['batch', 16] },
      { name: 'count', type: 'float32', shape: ['batch', 1] },
    ],
  })),
  graph('it goes round in a circle', 'reward-model-invalid', (valid) => ({
    ...valid,
    nodes: valid.nodes.map((node) =>
      node.operator === 'Tanh' ? { ...node, inputs: ['masked'] } : node,
    ),
  })),
];

/** Files that nobody may read, where the system enforces that (not for an administrator). */
export const unreadableRewardModel = onDisk(
  'config.json may not be read',
  'model-unreadable',
  (folder) => {
    chmodSync(join(folder, 'config.json'), 0);
    return undefined;
  },
);

/** Every fault in turn; at least 25, each with the error code that must come of it. */
export const brokenRewardModels: BrokenRewardModel[] = [
  ...files,
  ...settings,
  ...tokenizers,
  ...graphs,
];

/** A folder that is not a model at all, such as a person may choose by mistake. */
export function writeUnrelatedFolder(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'letter.txt'), 'Dear Sir or Madam');
  return folder;
}

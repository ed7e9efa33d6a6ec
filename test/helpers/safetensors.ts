/** Writes safetensors, right or deliberately wrong ones, and the tiny GGUF models of the fixtures as folders of them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dequantise } from '../../src-main/engine/gguf/dequantise.ts';
import { openGgufFile } from '../../src-main/engine/gguf/open.ts';
import { architecturePath } from './architecture-fixtures.ts';
import { readFixture } from './generator-fixtures.ts';
import { writeFolder, type FolderFiles } from './model-folders.ts';

/** A tensor as the header describes it, with its bytes. */
export interface SafeTensorPart {
  name: string;
  dtype: string;
  shape: number[];
  bytes: Uint8Array;
}

/** The whole file; `change` may spoil the header's entries before they are written. */
export function safetensorsBytes(
  parts: readonly SafeTensorPart[],
  change: (header: Record<string, Record<string, unknown>>) => void = () => undefined,
): Buffer {
  const header: Record<string, Record<string, unknown>> = { __metadata__: { format: 'pt' } };
  let end = 0;
  for (const { name, dtype, shape, bytes } of parts) {
    header[name] = { dtype, shape, data_offsets: [end, end + bytes.length] };
    end += bytes.length;
  }
  change(header);
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...parts.map(({ bytes }) => bytes)]);
}

/** The folders that transformers saved itself (test/fixtures/safetensors_folders.py). */
export function savedFolder(name: string): string {
  return fileURLToPath(new URL(`../fixtures/safetensors-folders/${name}`, import.meta.url));
}

/** What transformers says of a model of the architectures' fixtures. */
interface ArchitectureConfig {
  name: string;
  config: Record<string, unknown>;
  /** The names of its weights in transformers, and in the GGUF file. */
  tensors: Record<string, string>;
}

function configOf(name: string): ArchitectureConfig {
  const all = readFixture('architecture-configs.json') as ArchitectureConfig[];
  const found = all.find((entry) => entry.name === name);
  if (found === undefined) throw new Error(`there is no configuration of ${name}`);
  return found;
}

/** Architectures whose GGUF files have the rows of queries and keys reordered. */
const reordered = ['llama', 'granite', 'smollm3'];

/** The weights of a GGUF fixture, as transformers keeps them. */
export async function architectureTensors(name: string): Promise<SafeTensorPart[]> {
  const { config, tensors } = configOf(name);
  const file = await openGgufFile(architecturePath(name));
  const parts: SafeTensorPart[] = [];
  for (const [theirs, ours] of Object.entries(tensors)) {
    const tensor = file.tensors.get(ours);
    if (tensor === undefined) throw new Error(`${name} has no ${ours}`);
    let numbers = dequantise(tensor.type, await file.read(tensor));
    const model = String(config['model_type']);
    if (model.startsWith('gemma') && theirs.includes('norm')) numbers = numbers.map((x) => x - 1);
    const heads = headsOf(theirs, config);
    if (heads !== null && reordered.includes(model)) numbers = halfSplit(numbers, heads);
    const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    parts.push({ name: theirs, dtype: 'F32', shape: tensor.shape, bytes });
  }
  await file.close();
  return parts;
}

function headsOf(name: string, config: Record<string, unknown>): number | null {
  if (name.includes('q_proj')) return Number(config['num_attention_heads']);
  return name.includes('k_proj') ? Number(config['num_key_value_heads']) : null;
}

/** Puts the halves of each head one behind the other, whose rows alternate. */
function halfSplit(rows: Float32Array, heads: number): Float32Array {
  const width = 32;
  const half = rows.length / width / heads / 2;
  const split = new Float32Array(rows.length);
  for (let head = 0; head < heads; head++) {
    for (let row = 0; row < 2 * half; row++) {
      const from = (2 * head * half + row) * width;
      const to = 2 * head * half + (row % 2) * half + Math.floor(row / 2);
      split.set(rows.subarray(from, from + width), to * width);
    }
  }
  return split;
}

/** The files of a fixture's folder, its weights in one file. */
export async function architectureFiles(name: string): Promise<FolderFiles> {
  return {
    'config.json': configOf(name).config,
    'model.safetensors': safetensorsBytes(await architectureTensors(name)),
    ...(await tokenizerFiles()),
  };
}

/** Writes it and returns the folder's path. */
export async function writeArchitectureFolder(folder: string, name: string): Promise<string> {
  return writeFolder(join(folder, name), await architectureFiles(name));
}

interface RopeParameters extends Record<string, unknown> {
  rope_type: string;
  rope_theta: number;
  full_attention?: RopeParameters;
  sliding_attention?: RopeParameters;
}

/** The same configuration as transformers 4 wrote it: rotation in other places, and no list of layers. */
export function asVersion4(config: Record<string, unknown>): Record<string, unknown> {
  const { rope_parameters: parameters, layer_types: layers, ...older } = config;
  const rope = parameters as RopeParameters;
  const {
    rope_theta: base,
    partial_rotary_factor: share,
    ...scaling
  } = rope.full_attention ?? rope;
  const { rope_type: type, ...others } = scaling;
  const local = rope.sliding_attention?.rope_theta;
  const keepsLayers = config['model_type'] === 'olmo3';
  return {
    ...older,
    rope_theta: base,
    rope_scaling: type === 'default' ? null : { type, ...others },
    ...(share === undefined ? {} : { partial_rotary_factor: share }),
    ...(local === undefined ? {} : { rope_local_base_freq: local }),
    ...(config['model_type'] === 'gemma3_text' ? { sliding_window_pattern: 6 } : {}),
    ...(keepsLayers ? { layer_types: layers } : {}),
  };
}

async function tokenizerFiles(): Promise<FolderFiles> {
  const files: FolderFiles = {};
  for (const name of ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja']) {
    files[name] = await readFile(join(savedFolder('gemma2'), name), 'utf8');
  }
  return files;
}

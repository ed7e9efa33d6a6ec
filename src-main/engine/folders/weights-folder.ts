/**
 * A folder of safetensors as the same view that GGUF files give: tensors by GGUF's names, and metadata in its words. The
 * rest of the engine cannot tell them apart.
 */
import { stat } from 'node:fs/promises';
import type { Architecture } from '../gguf/architectures/architecture.ts';
import { dequantise } from '../gguf/dequantise.ts';
import { tensorMissing } from '../gguf/faults.ts';
import { GgufMetadata } from '../gguf/metadata.ts';
import { readModelFacts } from '../gguf/model-facts.ts';
import { readTensor } from '../gguf/open.ts';
import type { GgufFile, GgufTensor, ModelFacts } from '../gguf/types.ts';
import { configMetadata } from './config-metadata.ts';
import { describingFiles } from './content-hash.ts';
import { readDecoderConfig } from './decoder-config.ts';
import { damagedFile } from './faults.ts';
import { readLicence } from './licence.ts';
import type { ModelFolder } from './model-folder.ts';
import { readableType, type SafeTensor } from './safetensors.ts';
import { ggufName } from './tensor-mapping.ts';
import {
  closeWeightFiles,
  openWeightFiles,
  weightsFile,
  weightsIndex,
  type OpenWeights,
} from './weight-files.ts';

/** A tensor as the view shows it, and how its bytes are read. */
interface ViewedTensor {
  tensor: GgufTensor;
  read: () => Promise<Uint8Array>;
}

/**
 * Opens the weights and reads what kind of model they are. Whoever opens them closes the view.
 * @param purpose as in readModelFacts
 * @throws model-format-unsupported, model-not-found, model-damaged, model-truncated, model-unreadable,
 *   model-architecture-unsupported, model-tensor-type-unsupported, model-tensor-missing
 */
export async function openWeightsFolder(
  folder: ModelFolder,
  purpose: 'write' | 'judge' = 'write',
): Promise<{ file: GgufFile; facts: ModelFacts }> {
  const { config, architecture } = await readDecoderConfig(folder);
  const { entries, lists } = configMetadata(config, architecture);
  const metadata = new Map([...entries, ['general.name', folder.name]]);
  const licence = await readLicence(folder);
  if (licence !== null) metadata.set('general.license', licence);
  const weights = await openWeightFiles(folder);
  try {
    const tied = config.tie_word_embeddings === true;
    const viewed = [...viewTensors(weights, architecture, tied), ...lists.map(listTensor)];
    const file = await viewOf(folder, weights, new GgufMetadata(metadata), viewed);
    // These rows are not reordered for neighbours to be rotated together, as some architectures' are in GGUF files.
    const facts = { ...(await readModelFacts(file, purpose)), ropeInterleaved: false };
    return { file, facts };
  } catch (error) {
    await closeWeightFiles(weights);
    throw error;
  }
}

/** @param tied the output is the embedding: a copy of it is left out */
function viewTensors(
  weights: readonly OpenWeights[],
  architecture: Architecture,
  tied: boolean,
): ViewedTensor[] {
  const viewed: ViewedTensor[] = [];
  for (const file of weights) {
    for (const stored of file.tensors) {
      const name = ggufName(stored.name, architecture);
      if (name === null || (tied && name === 'output.weight')) continue;
      viewed.push(viewTensor(file, stored, name, architecture));
    }
  }
  return viewed;
}

function viewTensor(
  { handle }: OpenWeights,
  stored: SafeTensor,
  name: string,
  architecture: Architecture,
): ViewedTensor {
  const { shape, offset, byteLength } = stored;
  const elementCount = shape.reduce((product, length) => product * length, 1);
  const type = readableType(stored);
  const tensor: GgufTensor = { name, shape, type, offset, byteLength, elementCount };
  if (!(name.endsWith('norm.weight') && addsToNorms(architecture))) {
    return { tensor, read: () => readTensor(handle, tensor) };
  }
  return {
    tensor: { ...tensor, type: 'F32', byteLength: 4 * elementCount },
    read: async () => bytesOf(dequantise(type, await readTensor(handle, tensor)).map((x) => x + 1)),
  };
}

/** Gemma multiplies by 1 more than its norms' weights; GGUF files have it added already. */
function addsToNorms({ name }: Architecture): boolean {
  return name.startsWith('gemma');
}

/** A list of numbers in the place of a tensor that only GGUF files have. */
function listTensor([name, numbers]: [string, number[]]): ViewedTensor {
  const bytes = bytesOf(Float32Array.from(numbers));
  const elementCount = numbers.length;
  const tensor: GgufTensor = {
    name,
    shape: [elementCount],
    type: 'F32',
    offset: 0,
    byteLength: bytes.length,
    elementCount,
  };
  return { tensor, read: () => Promise.resolve(bytes) };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

async function viewOf(
  folder: ModelFolder,
  weights: readonly OpenWeights[],
  metadata: GgufMetadata,
  viewed: readonly ViewedTensor[],
): Promise<GgufFile> {
  const small = (await describingFiles(folder, [weightsIndex])).map(({ path }) => path);
  const sizes = await Promise.all(small.map(async (path) => (await stat(path)).size));
  const tensors = new Map<string, GgufTensor>();
  const readers = new Map<string, ViewedTensor['read']>();
  for (const { tensor, read } of viewed) {
    if (tensors.has(tensor.name)) throw damagedFile(weightsFile, `it holds "${tensor.name}" twice`);
    tensors.set(tensor.name, tensor);
    readers.set(tensor.name, read);
  }
  return {
    path: folder.path,
    files: [...small, ...weights.map(({ path }) => path)],
    sizeBytes: [...sizes, ...weights.map(({ sizeBytes }) => sizeBytes)].reduce((a, b) => a + b, 0),
    // The one whose words the metadata are in.
    version: 3,
    metadata,
    tensors,
    read: ({ name }) => readers.get(name)?.() ?? Promise.reject(tensorMissing(name)),
    close: () => closeWeightFiles(weights),
  };
}

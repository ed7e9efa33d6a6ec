/**
 * The compact form: weights stay in 4 or 8 bits, as the file has them, and are multiplied by MatMulNBits. The numbers
 * that the weights stand for are exactly the file's; the activations are rounded to 8 bits for each block inside the
 * product (accuracy level 4), because the levels that do not round them multiply a single row in another way.
 */
import { dequantise } from '../gguf/dequantise.ts';
import type { GgufFile, GgufTensor, ModelFacts } from '../gguf/types.ts';
import { storeEmbedding } from './embedding.ts';
import type { GraphBuilder } from './graph-builder.ts';
import type { LinearName, ModelWeights } from './model-weights.ts';
import { storeBiases, storeNorms } from './small-weights.ts';
import { linearParts, tensorOf } from './tensor-names.ts';
import { blockKind, blocksOf, type WeightBlocks } from './weight-blocks.ts';
import type { WeightsFile } from './weights-file.ts';

/** Some of a linear layer's outputs: the tensors that are stored alike. */
interface StoredPart {
  /** Of the weights; scales and offsets are named after it. */
  name: string;
  inputs: number;
  outputs: number;
  /** 32 where the weights are plain numbers. */
  bits: 4 | 8 | 32;
  blockLength: number;
  /** A block's weights have a constant part as well, which multiplies the sum of its inputs. */
  hasOffsets: boolean;
}

/** Writes all weights of a model in this form. `onPart` is told the share that is done. */
export async function storeStoredWeights(
  model: GgufFile,
  facts: ModelFacts,
  file: WeightsFile,
  onPart: (fraction: number) => void,
): Promise<ModelWeights> {
  await storeNorms(model, facts, file);
  const withBiases = await storeBiases(model, facts, file);
  const embed = await storeEmbedding(model, facts, file);
  const layers = new Map<LinearName, StoredPart[]>();
  const all = linearParts(facts);
  for (const [index, [name, tensorNames]] of all.entries()) {
    const tensors = tensorNames.map((tensorName) => tensorOf(model, tensorName));
    const parts: StoredPart[] = [];
    for (const [number, group] of groupsOf(tensors).entries()) {
      parts.push(await storePart(model, `${name}.part-${number}`, group, file));
    }
    layers.set(name, parts);
    onPart((index + 1) / all.length);
  }
  return {
    linear: withBiases((graph, name, x) => {
      const products = (layers.get(name) ?? []).map((part) => multiply(graph, part, x));
      const [only = ''] = products;
      return products.length === 1 ? only : graph.node('Concat', products, { axis: -1 });
    }),
    norm: (name) => name,
    embed,
  };
}

/** Bits of most of a file's linear weights in this form: the form's name says it. */
export function storedBits(model: GgufFile, facts: ModelFacts): 4 | 8 | 32 {
  const counts = new Map<4 | 8 | 32, number>();
  for (const name of linearParts(facts).flatMap(([, names]) => names)) {
    const { type, elementCount } = tensorOf(model, name);
    const bits = blockKind(type)?.bits ?? 32;
    counts.set(bits, (counts.get(bits) ?? 0) + elementCount);
  }
  return [...counts].reduce((most, next) => (next[1] > most[1] ? next : most))[0];
}

/** One product for all of a layer where they are stored alike (files often keep some tensors in more bits). */
function groupsOf(tensors: GgufTensor[]): GgufTensor[][] {
  const alike = tensors.every(({ type }) => type === tensors[0]?.type);
  return alike ? [tensors] : tensors.map((tensor) => [tensor]);
}

async function storePart(
  model: GgufFile,
  name: string,
  tensors: GgufTensor[],
  file: WeightsFile,
): Promise<StoredPart> {
  const inputs = tensors[0]?.shape[1] ?? 0;
  const outputs = tensors.reduce((sum, tensor) => sum + (tensor.shape[0] ?? 0), 0);
  const type = tensors[0]?.type ?? 'F32';
  const kind = blockKind(type);
  if (kind === undefined) {
    const values: Float32Array[] = [];
    for (const tensor of tensors) values.push(dequantise(tensor.type, await model.read(tensor)));
    await file.add(name, 'float32', [outputs, inputs], values);
    return { name, inputs, outputs, bits: 32, blockLength: 1, hasOffsets: false };
  }
  const { bits, blockLength, hasMinimum: hasOffsets } = kind;
  const blocks: WeightBlocks[] = [];
  for (const tensor of tensors) blocks.push(blocksOf(type, kind, await model.read(tensor)));
  const inRow = inputs / blockLength;
  const numbers = blocks.map((block) => block.numbers);
  const scales = blocks.map((block) => block.scales);
  await file.add(name, 'uint8', [outputs, inRow, (blockLength * bits) / 8], numbers);
  await file.add(`${name}.scales`, 'float32', [outputs, inRow], scales);
  if (hasOffsets) {
    const offsets = blocks.flatMap((block) => block.offsets ?? []);
    await file.add(`${name}.offsets`, 'float32', [outputs, inRow], offsets);
  }
  return { name, inputs, outputs, bits, blockLength, hasOffsets };
}

function multiply(graph: GraphBuilder, part: StoredPart, x: string): string {
  const { name, inputs, outputs, bits, blockLength, hasOffsets } = part;
  if (bits === 32) return graph.node('FusedMatMul', [x, name], { transB: 1 });
  const product = graph.node('MatMulNBits', [x, name, `${name}.scales`], {
    K: inputs,
    N: outputs,
    bits,
    block_size: blockLength,
    accuracy_level: 4,
  });
  if (!hasOffsets) return product;
  const blocks = graph.node('Reshape', [x, graph.integers([0, 0, -1, blockLength])]);
  const sums = graph.node('ReduceSum', [blocks, graph.integers([3])], { keepdims: 0 });
  const constant = graph.node('FusedMatMul', [sums, `${name}.offsets`], { transB: 1 });
  return graph.node('Add', [product, constant]);
}

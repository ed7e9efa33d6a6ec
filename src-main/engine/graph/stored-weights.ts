/**
 * The compact form: weights stay in 4 or 8 bits, as the file has them, and are multiplied by MatMulNBits. The numbers
 * that the weights stand for are exactly the file's; the activations are rounded to 8 bits for each block inside the
 * product (accuracy level 4), because the levels that do not round them multiply a single row in another way.
 */
import { dequantise } from '../gguf/dequantise.ts';
import type { GgufFile, ModelFacts } from '../gguf/types.ts';
import { storeEmbedding } from './embedding.ts';
import { linearParts, storeNorms, tensorOf } from './fp32-weights.ts';
import type { GraphBuilder } from './graph-builder.ts';
import type { LinearName, ModelWeights } from './model-weights.ts';
import { blocksOf, isBlockType, type WeightBlocks } from './weight-blocks.ts';
import type { WeightsFile } from './weights-file.ts';

const blockLength = 32;

/** How one linear layer is multiplied. */
interface StoredLinear {
  inputs: number;
  outputs: number;
  bits: 4 | 8;
  /** A block's weights have a constant part as well, which multiplies the sum of its inputs. */
  hasOffsets: boolean;
}

/** Writes all weights of a model in this form; layers of a type without an exact map are kept in fp32. */
export async function storeStoredWeights(
  model: GgufFile,
  facts: ModelFacts,
  file: WeightsFile,
  onPart: (fraction: number) => void,
): Promise<ModelWeights> {
  await storeNorms(model, facts, file);
  const embed = await storeEmbedding(model, facts, file);
  const layers = new Map<LinearName, StoredLinear>();
  const parts = linearParts(facts);
  for (const [index, [name, tensorNames]] of parts.entries()) {
    const stored = await storeLinear(model, name, tensorNames, file);
    if (stored !== null) layers.set(name, stored);
    onPart((index + 1) / parts.length);
  }
  return {
    linear: (graph, name, x) => multiply(graph, name, x, layers.get(name)),
    norm: (name) => name,
    embed,
  };
}

/** Bits of most of a file's linear layers in this form: the form's name says it. */
export function storedBits(model: GgufFile, facts: ModelFacts): 4 | 8 | 32 {
  const counts = new Map<4 | 8 | 32, number>();
  for (const [, names] of linearParts(facts)) {
    for (const name of names) {
      const { type, elementCount } = tensorOf(model, name);
      const bits = isBlockType(type) ? (type === 'Q4_0' || type === 'Q4_1' ? 4 : 8) : 32;
      counts.set(bits, (counts.get(bits) ?? 0) + elementCount);
    }
  }
  return [...counts].reduce((most, next) => (next[1] > most[1] ? next : most))[0];
}

async function storeLinear(
  model: GgufFile,
  name: LinearName,
  tensorNames: string[],
  file: WeightsFile,
): Promise<StoredLinear | null> {
  const tensors = tensorNames.map((tensorName) => tensorOf(model, tensorName));
  const inputs = tensors[0]?.shape[1] ?? 0;
  const outputs = tensors.reduce((sum, tensor) => sum + (tensor.shape[0] ?? 0), 0);
  const [type] = tensors.map((tensor) => tensor.type);
  if (type === undefined || !isBlockType(type) || tensors.some((tensor) => tensor.type !== type)) {
    const values: Float32Array[] = [];
    for (const tensor of tensors) values.push(dequantise(tensor.type, await model.read(tensor)));
    await file.add(name, 'float32', [outputs, inputs], values);
    return null;
  }
  const blocks: WeightBlocks[] = [];
  for (const tensor of tensors) blocks.push(blocksOf(type, await model.read(tensor)));
  const bits = blocks[0]?.bits ?? 8;
  const inRow = inputs / blockLength;
  const join = (part: (one: WeightBlocks) => ArrayBufferView) => blocks.map(part);
  await file.add(
    name,
    'uint8',
    [outputs, inRow, (blockLength * bits) / 8],
    join((b) => b.numbers),
  );
  await file.add(
    `${name}.scales`,
    'float32',
    [outputs, inRow],
    join((b) => b.scales),
  );
  const hasOffsets = blocks.every(({ offsets }) => offsets !== null);
  if (hasOffsets) {
    const offsets = join((b) => b.offsets ?? new Float32Array(0));
    await file.add(`${name}.offsets`, 'float32', [outputs, inRow], offsets);
  }
  return { inputs, outputs, bits, hasOffsets };
}

function multiply(
  graph: GraphBuilder,
  name: LinearName,
  x: string,
  stored: StoredLinear | undefined,
): string {
  if (stored === undefined) return graph.node('FusedMatMul', [x, name], { transB: 1 });
  const { inputs, outputs, bits, hasOffsets } = stored;
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

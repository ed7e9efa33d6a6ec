/**
 * The fast form: weights and activations are rounded to 8 bits, and multiplied as whole numbers, two to three times as
 * fast as in 32 bits. What is lost is measured (docs/decode-graph.md). Every row has its own scale, so its result does
 * not depend on the rows beside it, and sums of whole numbers are exact in any order.
 *
 * A few inputs of a layer are far larger than the others and would cost them their digits. Calibration has found them
 * (watched-weights.ts); they are left out of the rounded product and multiplied in 32 bits beside it. The inputs of
 * `down`, and of the output layer, differ so much that each block of 32 has a scale of its own: as in the stored form,
 * no faster than 32 bits but a quarter of their size.
 */
import { dequantise } from '../gguf/dequantise.ts';
import type { GgufFile, ModelFacts } from '../gguf/types.ts';
import { storeEmbedding } from './embedding.ts';
import type { GraphBuilder } from './graph-builder.ts';
import type { LinearName, ModelWeights } from './model-weights.ts';
import { storeBiases, storeNorms } from './small-weights.ts';
import { linearParts, tensorOf } from './tensor-names.ts';
import type { LargestInputs } from './watched-weights.ts';
import type { WeightsFile } from './weights-file.ts';

/** Where a layer's largest input is at least this many times the median, the largest ones are multiplied in 32 bits. */
const keptFrom = 4;
/** So many, but no more than this share of the inputs. */
const keptCount = 32;
const keptShare = 1 / 8;
const blockLength = 32;
/** What 0 is as an unsigned number: onnxruntime's fast product takes unsigned activations. */
const zeroPoint = 128;
const zeroPointName = 'int8-zero-point';

/** A layer's weights `[outputs, inputs]`. */
interface Layer {
  name: LinearName;
  values: Float32Array;
  inputs: number;
  outputs: number;
}

type Product = (graph: GraphBuilder, x: string) => string;

/**
 * Writes all weights of a model in this form.
 * @param largest what calibration has found
 * @param onPart is told the share that is done
 */
export async function storeInt8Weights(
  model: GgufFile,
  facts: ModelFacts,
  file: WeightsFile,
  { largest, onPart }: { largest: LargestInputs; onPart: (fraction: number) => void },
): Promise<ModelWeights> {
  await storeNorms(model, facts, file);
  const withBiases = await storeBiases(model, facts, file);
  const embed = await storeEmbedding(model, facts, file);
  await file.add(zeroPointName, 'uint8', [], [Uint8Array.of(zeroPoint)]);
  const products = new Map<LinearName, Product>();
  const parts = linearParts(facts);
  for (const [index, [name, tensorNames]] of parts.entries()) {
    const layer = await readLayer(model, name, tensorNames);
    const product = scaledByBlock(name)
      ? await storeByBlock(layer, file)
      : await storeByRow(layer, file, keptInputs(largest.get(name), layer.inputs));
    products.set(name, product);
    onPart((index + 1) / parts.length);
  }
  return {
    linear: withBiases((graph, name, x) => {
      const product = products.get(name);
      if (product === undefined) throw new RangeError(`there is no linear layer ${name}`);
      return product(graph, x);
    }),
    norm: (name) => name,
    embed,
  };
}

/** Whether a layer's inputs have a scale for each block, instead of one for the row. */
function scaledByBlock(name: LinearName): boolean {
  return name.endsWith('.down');
}

/**
 * Bytes of one layer's weights and scales in memory, as if it had inputs that stay in 32 bits (calibration tells). For
 * each block onnxruntime keeps a second number.
 */
export function int8Bytes(name: LinearName, inputs: number, outputs: number): number {
  const perOutput = scaledByBlock(name)
    ? 8 * Math.ceil(inputs / blockLength)
    : 4 + 4 * mostKept(inputs);
  return outputs * (inputs + perOutput);
}

/** How many inputs of a layer may stay in 32 bits. */
function mostKept(inputs: number): number {
  return Math.min(keptCount, Math.floor(inputs * keptShare));
}

async function readLayer(model: GgufFile, name: LinearName, tensorNames: string[]): Promise<Layer> {
  const tensors = tensorNames.map((tensorName) => tensorOf(model, tensorName));
  const inputs = tensors[0]?.shape[1] ?? 0;
  const outputs = tensors.reduce((sum, tensor) => sum + (tensor.shape[0] ?? 0), 0);
  const values = new Float32Array(inputs * outputs);
  let at = 0;
  for (const tensor of tensors) {
    values.set(dequantise(tensor.type, await model.read(tensor)), at);
    at += tensor.elementCount;
  }
  return { name, values, inputs, outputs };
}

/** The inputs that are multiplied in 32 bits, rising. */
function keptInputs(sizes: Float32Array | undefined, inputs: number): number[] {
  if (sizes?.length !== inputs) throw new RangeError('a layer was not calibrated');
  const size = (input: number) => sizes[input] ?? 0;
  const falling = Array.from(sizes.keys()).sort((one, other) => size(other) - size(one));
  if (size(falling[0] ?? 0) < keptFrom * size(falling[inputs >> 1] ?? 0)) return [];
  return falling.slice(0, mostKept(inputs)).sort((one, other) => one - other);
}

/** One scale for a row of activations, one for each output's weights. */
async function storeByRow(layer: Layer, file: WeightsFile, kept: number[]): Promise<Product> {
  const { name, inputs, outputs } = layer;
  const { numbers, scales, keptValues } = roundByOutput(layer, kept);
  await file.add(name, 'int8', [inputs, outputs], [numbers]);
  await file.add(`${name}.scales`, 'float32', [outputs], [scales]);
  if (kept.length === 0) return (graph, x) => productByRow(graph, name, x);
  const rounded = new Float32Array(inputs).fill(1);
  for (const input of kept) rounded[input] = 0;
  await file.add(`${name}.rounded-inputs`, 'float32', [inputs], [rounded]);
  await file.add(`${name}.kept-inputs`, 'int64', [kept.length], [BigInt64Array.from(kept, BigInt)]);
  await file.add(`${name}.kept`, 'float32', [kept.length, outputs], [keptValues]);
  return (graph, x) => {
    const others = graph.node('Mul', [x, `${name}.rounded-inputs`]);
    const large = graph.node('Gather', [x, `${name}.kept-inputs`], { axis: 2 });
    return graph.node('Add', [
      productByRow(graph, name, others),
      graph.node('MatMul', [large, `${name}.kept`]),
    ]);
  };
}

/** Weights as `[inputs, outputs]`: those of kept inputs apart, and 0 among the rounded ones. */
function roundByOutput({ values, inputs, outputs }: Layer, kept: readonly number[]) {
  const numbers = new Int8Array(inputs * outputs);
  const scales = new Float32Array(outputs);
  const keptValues = new Float32Array(kept.length * outputs);
  for (let output = 0; output < outputs; output++) {
    const row = values.subarray(output * inputs, (output + 1) * inputs);
    for (const [place, input] of kept.entries()) {
      keptValues[place * outputs + output] = row[input] ?? 0;
      row[input] = 0;
    }
    const scale = largestOf(row) / 127;
    scales[output] = scale;
    const inverse = scale === 0 ? 0 : 1 / scale;
    for (let input = 0; input < inputs; input++) {
      numbers[input * outputs + output] = Math.round((row[input] ?? 0) * inverse);
    }
  }
  return { numbers, scales, keptValues };
}

function productByRow(graph: GraphBuilder, name: LinearName, x: string): string {
  const sizes = graph.node('Abs', [x]);
  const largest = graph.node('ReduceMax', [sizes], { axes: [-1], keepdims: 1 });
  // A row of zeros gives no number here; whatever it is rounded to, the product is multiplied by 0 below.
  const share = graph.node('Div', [x, largest]);
  const step = graph.floats(1 / 127);
  const rounded = graph.node('QuantizeLinear', [share, step, zeroPointName]);
  const product = graph.node('MatMulIntegerToFloat', [
    rounded,
    name,
    step,
    `${name}.scales`,
    zeroPointName,
  ]);
  return graph.node('Mul', [product, largest]);
}

/** One scale for each block of 32 activations, and one for each block of 32 weights. */
async function storeByBlock(layer: Layer, file: WeightsFile): Promise<Product> {
  const { name, values, inputs, outputs } = layer;
  const inRow = Math.ceil(inputs / blockLength);
  const numbers = new Uint8Array(outputs * inRow * blockLength).fill(zeroPoint);
  const scales = new Float32Array(outputs * inRow);
  for (let block = 0; block < scales.length; block++) {
    const first = Math.floor(block / inRow) * inputs + (block % inRow) * blockLength;
    const end = Math.min(first + blockLength, (Math.floor(block / inRow) + 1) * inputs);
    const part = values.subarray(first, end);
    const scale = largestOf(part) / 127;
    scales[block] = scale;
    const inverse = scale === 0 ? 0 : 1 / scale;
    for (let i = 0; i < part.length; i++) {
      numbers[block * blockLength + i] = zeroPoint + Math.round((part[i] ?? 0) * inverse);
    }
  }
  await file.add(name, 'uint8', [outputs, inRow, blockLength], [numbers]);
  await file.add(`${name}.scales`, 'float32', [outputs, inRow], [scales]);
  return (graph, x) =>
    graph.node('MatMulNBits', [x, name, `${name}.scales`], {
      K: inputs,
      N: outputs,
      bits: 8,
      block_size: blockLength,
      accuracy_level: 4,
    });
}

function largestOf(values: Float32Array): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}

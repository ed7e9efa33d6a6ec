/**
 * How near the decode step's products come to what the same kernels reach alone on the same shapes, and how long the
 * rest of the step takes. All times are those of onnxruntime's profile, the fastest of some executions.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sessionOptions } from '../../src-main/engine/devices/session-options.ts';
import { DecodeSession } from '../../src-main/engine/generator/decode-session.ts';
import { graphFile } from '../../src-main/engine/generator/prepared-model.ts';
import type { ModelFacts } from '../../src-main/engine/gguf/types.ts';
import { GraphBuilder } from '../../src-main/engine/graph/graph-builder.ts';
import type { ElementType } from '../../src-main/engine/graph/onnx-schema.ts';
import { WeightsFile } from '../../src-main/engine/graph/weights-file.ts';
import { loadOnnxRuntime } from '../../src-main/engine/onnxruntime.ts';
import { drive } from './decode-driver.ts';
import { nodeTimes, type NodeTime } from './node-kinds.ts';

export interface StepProducts {
  form: string;
  rows: number;
  /** Milliseconds a step in the products of the linear layers. */
  products: number;
  /** What the same products take alone. */
  alone: number;
  /** Everything else in the step. */
  rest: number;
}

/** A product of activations and constant weights. */
interface Product {
  kind: string;
  rows: number;
  inputs: number;
  outputs: number;
  /** Of the weights' scales, where each block has one. */
  blockLength: number;
}

const lastSteps = 16;
const trials = 40;

/** @param tokens the step is measured where answers are that long */
export async function measureStepProducts(
  { model, folder, promptIds }: { model: ModelFacts; folder: string; promptIds: number[] },
  { form, rows, tokens }: { form: string; rows: number; tokens: number },
): Promise<StepProducts> {
  const nodes = await nodeTimes(async (prefix) => {
    const session = await DecodeSession.load(join(folder, graphFile), model, {
      ...sessionOptions('cpu'),
      enableProfiling: true,
      profileFilePrefix: prefix,
    });
    await drive(session, model, { promptIds, rows, tokens });
    session.endProfiling();
    await session.close();
  }, lastSteps);
  const result: StepProducts = { form, rows, products: 0, alone: 0, rest: 0 };
  const apart = new Map<string, number>();
  for (const node of nodes) {
    const product = productOf(node);
    if (product === null) {
      result.rest += node.milliseconds;
      continue;
    }
    const key = JSON.stringify(product);
    const alone = apart.get(key) ?? (await timeAlone(product));
    apart.set(key, alone);
    result.products += node.milliseconds;
    result.alone += alone;
  }
  return result;
}

/** null where the node is none: attention's products are of activations alone. */
function productOf({ kind, inputs, outputs }: NodeTime): Product | null {
  const [x = [], second] = inputs;
  const width = x.at(-1) ?? 0;
  const constantWeights =
    kind === 'MatMulNBits' ||
    kind === 'MatMulIntegerToFloat' ||
    // Packed weights are not listed.
    ((kind === 'MatMul' || kind === 'FusedMatMul') && second?.length !== x.length);
  if (!constantWeights) return null;
  return {
    kind,
    rows: x.slice(0, -1).reduce((count, length) => count * length, 1),
    inputs: width,
    outputs: outputs[0]?.at(-1) ?? 0,
    blockLength: kind === 'MatMulNBits' ? width / (second?.[1] ?? 1) : 0,
  };
}

/** The fastest execution of a graph with nothing but this product. */
async function timeAlone(product: Product): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-product-'));
  try {
    const path = join(folder, 'product.onnx');
    const type = await writeProduct(product, folder, path);
    const { InferenceSession, Tensor } = await loadOnnxRuntime();
    const { rows, inputs } = product;
    const data = type === 'uint8' ? new Uint8Array(rows * inputs) : new Float32Array(rows * inputs);
    const x = new Tensor(type, data.fill(1), [rows, 1, inputs]);
    const times = await nodeTimes(async (prefix) => {
      const session = await InferenceSession.create(path, {
        ...sessionOptions('cpu'),
        enableProfiling: true,
        profileFilePrefix: prefix,
      });
      for (let trial = 0; trial < trials; trial++) await session.run({ x });
      session.endProfiling();
      await session.release();
    }, trials);
    return times.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @returns the type of its input */
async function writeProduct(
  { kind, rows, inputs, outputs, blockLength }: Product,
  folder: string,
  path: string,
): Promise<'uint8' | 'float32'> {
  const weights = await WeightsFile.create(folder, 'weights.bin');
  const graph = new GraphBuilder('product');
  const type = kind === 'MatMulIntegerToFloat' ? 'uint8' : 'float32';
  graph.input('x', type, [rows, 1, inputs]);
  const floats = (name: string, dims: number[]) =>
    weights.add(name, 'float32', dims, [new Float32Array(size(dims)).fill(0.5)]);
  const bytes = (name: string, dims: number[], of: ElementType) =>
    weights.add(name, of, dims, [new Uint8Array(size(dims)).fill(1)]);
  const names: string[] = ['x', 'w'];
  let attributes = {};
  if (kind === 'MatMulIntegerToFloat') {
    await bytes('w', [inputs, outputs], 'int8');
    await floats('scales', [outputs]);
    await bytes('zero', [], 'uint8');
    names.push(graph.floats(1), 'scales', 'zero');
  } else if (kind === 'MatMulNBits') {
    const blocks = inputs / blockLength;
    await bytes('w', [outputs, blocks, blockLength], 'uint8');
    await floats('scales', [outputs, blocks]);
    names.push('scales');
    const sizes = { K: inputs, N: outputs, block_size: blockLength };
    attributes = { ...sizes, bits: 8, accuracy_level: 4 };
  } else {
    await floats('w', kind === 'FusedMatMul' ? [outputs, inputs] : [inputs, outputs]);
    if (kind === 'FusedMatMul') attributes = { transB: 1 };
  }
  await weights.close();
  graph.output(graph.node(kind, names, attributes), 'float32');
  weights.declare(graph);
  await writeFile(path, graph.encode());
  return type;
}

const size = (dims: readonly number[]): number => dims.reduce((count, length) => count * length, 1);

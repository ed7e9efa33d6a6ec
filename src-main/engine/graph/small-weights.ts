/** Norms and biases: small, and in fp32 in every form. */
import { dequantise } from '../gguf/dequantise.ts';
import type { GgufFile, ModelFacts } from '../gguf/types.ts';
import type { LinearName, ModelWeights } from './model-weights.ts';
import { biasParts, normParts, tensorOf } from './tensor-names.ts';
import type { WeightsFile } from './weights-file.ts';

/** Writes the scales of all norms, under the names of ModelWeights.norm. */
export async function storeNorms(
  model: GgufFile,
  facts: ModelFacts,
  file: WeightsFile,
): Promise<void> {
  for (const [name, tensorName] of normParts(facts)) await store(model, file, name, [tensorName]);
}

/** Writes all biases, and returns what adds them to the products of their layers. */
export async function storeBiases(
  model: GgufFile,
  facts: ModelFacts,
  file: WeightsFile,
): Promise<(linear: ModelWeights['linear']) => ModelWeights['linear']> {
  const biased = new Set<LinearName>();
  for (const [name, tensorNames] of biasParts(facts)) {
    await store(model, file, `${name}.bias`, tensorNames);
    biased.add(name);
  }
  return (linear) => (graph, name, x) => {
    const product = linear(graph, name, x);
    return biased.has(name) ? graph.node('Add', [product, `${name}.bias`]) : product;
  };
}

async function store(
  model: GgufFile,
  file: WeightsFile,
  name: string,
  tensorNames: string[],
): Promise<void> {
  const values: Float32Array[] = [];
  for (const tensorName of tensorNames) {
    const tensor = tensorOf(model, tensorName);
    values.push(dequantise(tensor.type, await model.read(tensor)));
  }
  const length = values.reduce((sum, part) => sum + part.length, 0);
  await file.add(name, 'float32', [length], values);
}

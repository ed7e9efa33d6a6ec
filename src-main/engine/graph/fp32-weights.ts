/**
 * The reference form: every weight dequantised once to 32 bits. onnxruntime keeps them packed for its matrix product, in
 * place of the file's bytes. Kept as `[outputs, inputs]`, as the model's file has them.
 */
import { dequantise } from '../gguf/dequantise.ts';
import type { GgufFile, ModelFacts } from '../gguf/types.ts';
import { storeEmbedding } from './embedding.ts';
import type { ModelWeights } from './model-weights.ts';
import { storeBiases, storeNorms } from './small-weights.ts';
import { linearParts, tensorOf } from './tensor-names.ts';
import type { WeightsFile } from './weights-file.ts';

/** Writes all weights of a model in this form; `onPart` is told the share that is done. */
export async function storeFp32Weights(
  model: GgufFile,
  facts: ModelFacts,
  file: WeightsFile,
  onPart: (fraction: number) => void,
): Promise<ModelWeights> {
  await storeNorms(model, facts, file);
  const withBiases = await storeBiases(model, facts, file);
  const embed = await storeEmbedding(model, facts, file);
  const parts = linearParts(facts);
  for (const [index, [name, tensorNames]] of parts.entries()) {
    const tensors = tensorNames.map((tensorName) => tensorOf(model, tensorName));
    const values: Float32Array[] = [];
    for (const tensor of tensors) values.push(dequantise(tensor.type, await model.read(tensor)));
    const outputs = tensors.reduce((sum, tensor) => sum + (tensor.shape[0] ?? 0), 0);
    await file.add(name, 'float32', [outputs, tensors[0]?.shape[1] ?? 0], values);
    onPart((index + 1) / parts.length);
  }
  return {
    linear: withBiases((graph, name, x) => graph.node('FusedMatMul', [x, name], { transB: 1 })),
    norm: (name) => name,
    embed,
  };
}

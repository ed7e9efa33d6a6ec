/**
 * The reference form: every weight dequantised once to 32 bits. onnxruntime keeps them packed for its matrix product, in
 * place of the file's bytes. Kept as `[outputs, inputs]`, as the model's file has them.
 */
import { dequantise } from '../gguf/dequantise.ts';
import type { GgufFile, GgufTensor, ModelFacts } from '../gguf/types.ts';
import { tensorMissing } from '../gguf/faults.ts';
import { storeEmbedding } from './embedding.ts';
import type { LinearName, ModelWeights } from './model-weights.ts';
import type { WeightsFile } from './weights-file.ts';

/** Which tensors of the file make up each linear layer, one below the other. */
export function linearParts(facts: ModelFacts): [LinearName, string[]][] {
  const parts: [LinearName, string[]][] = [];
  for (let layer = 0; layer < facts.layers; layer++) {
    const named = (names: string[]) => names.map((name) => `blk.${layer}.${name}.weight`);
    parts.push(
      [`layer.${layer}.query-key-value`, named(['attn_q', 'attn_k', 'attn_v'])],
      [`layer.${layer}.attention-output`, named(['attn_output'])],
      [`layer.${layer}.gate-up`, named(['ffn_gate', 'ffn_up'])],
      [`layer.${layer}.down`, named(['ffn_down'])],
    );
  }
  parts.push(['output', [facts.tiedOutput ? 'token_embd.weight' : 'output.weight']]);
  return parts;
}

/** Writes all weights of a model in this form; `onPart` is told the share that is done. */
export async function storeFp32Weights(
  model: GgufFile,
  facts: ModelFacts,
  file: WeightsFile,
  onPart: (fraction: number) => void,
): Promise<ModelWeights> {
  await storeNorms(model, facts, file);
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
    linear: (graph, name, x) => graph.node('FusedMatMul', [x, name], { transB: 1 }),
    norm: (name) => name,
    embed,
  };
}

/** Writes the scales of all norms, under the names of ModelWeights.norm. */
export async function storeNorms(
  model: GgufFile,
  facts: ModelFacts,
  file: WeightsFile,
): Promise<void> {
  const store = async (name: string, tensorName: string) => {
    const tensor = tensorOf(model, tensorName);
    const values = dequantise(tensor.type, await model.read(tensor));
    await file.add(name, 'float32', [values.length], [values]);
  };
  for (let layer = 0; layer < facts.layers; layer++) {
    await store(`layer.${layer}.attention-norm`, `blk.${layer}.attn_norm.weight`);
    await store(`layer.${layer}.feed-forward-norm`, `blk.${layer}.ffn_norm.weight`);
  }
  await store('output-norm', 'output_norm.weight');
}

/** The tensor of that name. Throws model-tensor-missing. */
export function tensorOf(model: GgufFile, name: string): GgufTensor {
  const tensor = model.tensors.get(name);
  if (tensor === undefined) throw tensorMissing(name);
  return tensor;
}

/** Which of a file's tensors each part of a decoder is made of. */
import { headTensors } from '../gguf/classification-head.ts';
import { tensorMissing } from '../gguf/faults.ts';
import type { GgufFile, GgufTensor, ModelFacts } from '../gguf/types.ts';
import type { LinearName, NormName } from './model-weights.ts';

const queryKeyValue = ['attn_q', 'attn_k', 'attn_v'];

/** The tensors of each linear layer, one below the other. */
export function linearParts(facts: ModelFacts): [LinearName, string[]][] {
  const { layers, joinedTensors, tiedOutput, head } = facts;
  const parts: [LinearName, string[]][] = [];
  for (let layer = 0; layer < layers; layer++) {
    const add = (name: LinearName, tensors: string[]) =>
      parts.push([name, tensors.map((tensor) => `blk.${layer}.${tensor}.weight`)]);
    add(`layer.${layer}.query-key-value`, joinedTensors ? ['attn_qkv'] : queryKeyValue);
    add(`layer.${layer}.attention-output`, ['attn_output']);
    add(`layer.${layer}.gate-up`, joinedTensors ? ['ffn_up'] : ['ffn_gate', 'ffn_up']);
    add(`layer.${layer}.down`, ['ffn_down']);
  }
  if (head === null) parts.push(['output', [tiedOutput ? 'token_embd.weight' : 'output.weight']]);
  if (head?.dense === true) parts.push(['head-dense', [headTensors.dense]]);
  if (head !== null) parts.push(['head', [headTensors.outputs]]);
  return parts;
}

/** The tensors of each bias, one behind the other. */
export function biasParts(facts: ModelFacts): [LinearName, string[]][] {
  const { layers, queryKeyValueBias, head } = facts;
  const parts: [LinearName, string[]][] = [];
  for (let layer = 0; queryKeyValueBias && layer < layers; layer++) {
    const tensors = queryKeyValue.map((tensor) => `blk.${layer}.${tensor}.bias`);
    parts.push([`layer.${layer}.query-key-value`, tensors]);
  }
  if (head?.denseBias === true) parts.push(['head-dense', [headTensors.denseBias]]);
  if (head?.bias === true) parts.push(['head', [headTensors.bias]]);
  return parts;
}

/** The tensor of each norm. */
export function normParts({ layers, norms, queryKeyNorm }: ModelFacts): [NormName, string][] {
  const parts: [NormName, string][] = [];
  for (let layer = 0; layer < layers; layer++) {
    const add = (name: NormName, tensor: string) =>
      parts.push([name, `blk.${layer}.${tensor}.weight`]);
    if (norms !== 'after') {
      add(`layer.${layer}.attention-norm`, 'attn_norm');
      add(`layer.${layer}.feed-forward-norm`, 'ffn_norm');
    }
    if (norms !== 'before') {
      add(`layer.${layer}.attention-after-norm`, 'post_attention_norm');
      add(`layer.${layer}.feed-forward-after-norm`, 'post_ffw_norm');
    }
    if (queryKeyNorm !== 'none') {
      add(`layer.${layer}.query-norm`, 'attn_q_norm');
      add(`layer.${layer}.key-norm`, 'attn_k_norm');
    }
  }
  parts.push(['output-norm', 'output_norm.weight']);
  return parts;
}

/** The tensor of that name. Throws model-tensor-missing. */
export function tensorOf(model: GgufFile, name: string): GgufTensor {
  const tensor = model.tensors.get(name);
  if (tensor === undefined) throw tensorMissing(name);
  return tensor;
}

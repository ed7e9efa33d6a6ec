/** A GGUF file's weights as Hugging Face names and orders them, in fp32: for rivals that do not read GGUF files. */
import { dequantise } from '../../../../src-main/engine/gguf/dequantise.ts';
import type { GgufFile, ModelFacts } from '../../../../src-main/engine/gguf/types.ts';
import { tensorOf } from '../../../../src-main/engine/graph/tensor-names.ts';

export interface NamedTensor {
  /** `model.layers.0.self_attn.q_proj.weight` */
  name: string;
  /** Row-major: `[outputs, inputs]`. */
  shape: number[];
  /** Reads and dequantises the numbers. */
  read: () => Promise<Float32Array>;
}

/** A layer's tensors in both vocabularies. */
const layerNames = {
  attn_norm: 'input_layernorm',
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_output: 'self_attn.o_proj',
  ffn_norm: 'post_attention_layernorm',
  ffn_gate: 'mlp.gate_proj',
  ffn_up: 'mlp.up_proj',
  ffn_down: 'mlp.down_proj',
} as const;

/**
 * All tensors of a model of the plain llama architecture.
 * @throws Error for any other architecture: the rivals are measured with plain llama models only
 */
export function huggingFaceTensors(file: GgufFile, facts: ModelFacts): NamedTensor[] {
  requirePlainLlama(facts);
  const { layers, heads, keyValueHeads, headSize, tiedOutput } = facts;
  const turned: Record<string, number> = { attn_q: heads, attn_k: keyValueHeads };
  const tensor = (stored: string, name: string, turnedHeads = 0): NamedTensor => {
    const entry = tensorOf(file, `${stored}.weight`);
    return {
      name: `${name}.weight`,
      shape: entry.shape,
      read: async () => {
        const values = dequantise(entry.type, await file.read(entry));
        const rowLength = entry.shape[1] ?? 0;
        return turnedHeads === 0 ? values : halvesApart(values, { headSize, rowLength });
      },
    };
  };
  const ofLayer = (layer: number) =>
    Object.entries(layerNames).map(([stored, name]) =>
      tensor(`blk.${layer}.${stored}`, `model.layers.${layer}.${name}`, turned[stored]),
    );
  return [
    tensor('token_embd', 'model.embed_tokens'),
    ...Array.from({ length: layers }, (_, layer) => ofLayer(layer)).flat(),
    tensor('output_norm', 'model.norm'),
    ...(tiedOutput ? [] : [tensor('output', 'lm_head')]),
  ];
}

/** The model's config.json. */
export function huggingFaceConfig(facts: ModelFacts): Record<string, unknown> {
  return {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    hidden_act: 'silu',
    hidden_size: facts.width,
    intermediate_size: facts.feedForward,
    num_hidden_layers: facts.layers,
    num_attention_heads: facts.heads,
    num_key_value_heads: facts.keyValueHeads,
    head_dim: facts.headSize,
    vocab_size: facts.vocabularySize,
    max_position_embeddings: facts.contextLength,
    rms_norm_eps: facts.rmsEpsilon,
    rope_theta: facts.ropes[0]?.base,
    tie_word_embeddings: facts.tiedOutput,
    torch_dtype: 'float32',
  };
}

function requirePlainLlama(facts: ModelFacts): void {
  const plain =
    facts.architecture === 'llama' &&
    facts.ropes.length === 1 &&
    facts.ropes[0]?.divisors === null &&
    facts.ropeDimension === facts.headSize;
  if (!plain) throw new Error('only models of the plain llama architecture are written out');
}

/**
 * Undoes what llama.cpp does to the rows of queries and keys: it puts the two numbers that are rotated together side by
 * side, Hugging Face keeps them half a head apart.
 */
function halvesApart(
  values: Float32Array,
  { headSize, rowLength }: { headSize: number; rowLength: number },
): Float32Array {
  const ordered = new Float32Array(values.length);
  const half = headSize / 2;
  for (let row = 0; row * rowLength < values.length; row++) {
    const inHead = row % headSize;
    const target = row - inHead + (inHead % 2) * half + Math.floor(inHead / 2);
    ordered.set(values.subarray(row * rowLength, (row + 1) * rowLength), target * rowLength);
  }
  return ordered;
}

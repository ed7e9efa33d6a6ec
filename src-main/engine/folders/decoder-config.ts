/** A decoder's config.json, in the forms of transformers 4 and 5, checked to be possible. */
import * as v from 'valibot';
import type { Architecture } from '../gguf/architectures/architecture.ts';
import { architectures } from '../gguf/architectures/index.ts';
import { architectureUnsupported, formatUnsupported, printable } from '../gguf/faults.ts';
import type { ModelFolder } from './model-folder.ts';

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(1 << 24));
const positive = v.pipe(v.number(), v.gtValue(0), v.maxValue(1e12));
const optional = v.nullish(positive);

const ropeSchema = v.looseObject({
  rope_type: v.nullish(v.string()),
  /** What older files call it. */
  type: v.nullish(v.string()),
  rope_theta: optional,
  factor: optional,
  partial_rotary_factor: optional,
  original_max_position_embeddings: v.nullish(whole),
  attention_factor: optional,
  low_freq_factor: optional,
  high_freq_factor: optional,
  beta_fast: optional,
  beta_slow: optional,
  mscale: v.nullish(v.number()),
  mscale_all_dim: v.nullish(v.number()),
  truncate: v.nullish(v.boolean()),
  short_factor: v.nullish(v.array(positive)),
  long_factor: v.nullish(v.array(positive)),
});

const configSchema = v.looseObject({
  architectures: v.nullish(v.array(v.string())),
  num_hidden_layers: whole,
  hidden_size: whole,
  intermediate_size: whole,
  num_attention_heads: whole,
  num_key_value_heads: v.nullish(whole),
  head_dim: v.nullish(whole),
  max_position_embeddings: whole,
  rms_norm_eps: positive,
  hidden_act: v.nullish(v.string()),
  hidden_activation: v.nullish(v.string()),
  tie_word_embeddings: v.nullish(v.boolean()),
  quantization_config: v.nullish(v.looseObject({ quant_method: v.nullish(v.string()) })),
  // rotation
  rope_theta: optional,
  rope_local_base_freq: optional,
  rope_scaling: v.nullish(ropeSchema),
  rope_parameters: v.nullish(
    v.looseObject({
      ...ropeSchema.entries,
      full_attention: v.nullish(ropeSchema),
      sliding_attention: v.nullish(ropeSchema),
    }),
  ),
  partial_rotary_factor: optional,
  original_max_position_embeddings: v.nullish(whole),
  no_rope_layers: v.nullish(v.array(v.number())),
  no_rope_layer_interval: v.nullish(v.number()),
  // windows
  sliding_window: v.nullish(whole),
  use_sliding_window: v.nullish(v.boolean()),
  max_window_layers: v.nullish(v.number()),
  layer_types: v.nullish(v.array(v.string())),
  sliding_window_pattern: v.nullish(whole),
  use_bidirectional_attention: v.nullish(v.boolean()),
  // what some multiply or cap
  query_pre_attn_scalar: optional,
  attn_logit_softcapping: optional,
  final_logit_softcapping: optional,
  embedding_multiplier: optional,
  residual_multiplier: optional,
  attention_multiplier: optional,
  logits_scaling: optional,
});

export type DecoderConfig = v.InferOutput<typeof configSchema>;
export type RopeConfig = v.InferOutput<typeof ropeSchema>;

/**
 * The classes of transformers and what GGUF files call the same architecture. Those for sequence classification are the
 * same with a classification head.
 */
const classes: ReadonlyMap<string, string> = new Map([
  ['LlamaForCausalLM', 'llama'],
  ['MistralForCausalLM', 'llama'],
  ['Qwen2ForCausalLM', 'qwen2'],
  ['Qwen3ForCausalLM', 'qwen3'],
  ['SmolLM3ForCausalLM', 'smollm3'],
  ['GraniteForCausalLM', 'granite'],
  ['Olmo2ForCausalLM', 'olmo2'],
  ['Olmo3ForCausalLM', 'olmo2'],
  ['Phi3ForCausalLM', 'phi3'],
  ['Gemma2ForCausalLM', 'gemma2'],
  ['Gemma3ForCausalLM', 'gemma3'],
]);

/** All classes that Winnow runs. */
export const decoderClasses: readonly string[] = [...classes.keys()];

const classSchema = v.looseObject({ architectures: v.nullish(v.array(v.string())) });

/**
 * @throws model-format-unsupported, model-damaged, model-unreadable, model-architecture-unsupported
 */
export async function readDecoderConfig(
  folder: ModelFolder,
): Promise<{ config: DecoderConfig; architecture: Architecture }> {
  const file = 'config.json';
  // Other kinds of models have other entries, so the kind comes first.
  const architecture = architectureOf(await folder.requireJson(file, classSchema));
  const config = await folder.requireJson(file, configSchema);
  refusePacked(config);
  refuseActivation(config, architecture);
  if (config.use_bidirectional_attention === true) {
    throw architectureUnsupported('it reads texts in both directions');
  }
  return { config, architecture };
}

function architectureOf({ architectures: named }: v.InferOutput<typeof classSchema>): Architecture {
  const known = named
    ?.map((name) => classes.get(name.replace(/ForSequenceClassification$/, 'ForCausalLM')))
    .find((name) => name !== undefined);
  const found = architectures.find(({ name }) => name === known);
  if (found !== undefined) return found;
  const name = printable(named?.[0] ?? 'unknown');
  throw architectureUnsupported(`its architecture is "${name}"`, { architecture: name });
}

function refusePacked({ quantization_config: packed }: DecoderConfig): void {
  if (packed === null || packed === undefined) return;
  const method = printable(packed.quant_method ?? 'unknown');
  throw formatUnsupported(
    `The weights of this model are packed in a way that Winnow does not read (${method}).`,
    'Choose a GGUF file of the same model, or the folder with its original weights.',
    { method },
  );
}

function refuseActivation(config: DecoderConfig, { design }: Architecture): void {
  const named = config.hidden_activation ?? config.hidden_act;
  const expected = design.activation === 'gelu' ? 'gelu_pytorch_tanh' : 'silu';
  if ((named ?? expected) === expected) return;
  throw architectureUnsupported(`it computes with "${printable(named ?? '')}"`, {
    activation: printable(named ?? ''),
  });
}

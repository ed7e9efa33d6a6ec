/** A config.json as the metadata of a GGUF file would say it, so that one reader (gguf/model-facts.ts) knows all models. */
import type { Architecture } from '../gguf/architectures/architecture.ts';
import { architectureUnsupported } from '../gguf/faults.ts';
import type { MetadataValue } from '../gguf/metadata.ts';
import type { DecoderConfig } from './decoder-config.ts';
import { damagedFile } from './faults.ts';
import { ropeEntries } from './rope-config.ts';

type Entries = [string, MetadataValue][];

/**
 * @returns the entries with the architecture's prefix, and the lists that GGUF files keep as tensors
 * @throws model-damaged, model-architecture-unsupported
 */
export function configMetadata(
  config: DecoderConfig,
  architecture: Architecture,
): { entries: Entries; lists: [string, number[]][] } {
  const heads = config.num_attention_heads;
  const headSize = config.head_dim ?? config.hidden_size / heads;
  const rope = ropeEntries(config, headSize);
  const entries: Entries = [
    ['block_count', config.num_hidden_layers],
    ['context_length', config.max_position_embeddings],
    ['embedding_length', config.hidden_size],
    ['feed_forward_length', config.intermediate_size],
    ['attention.head_count', heads],
    ['attention.head_count_kv', config.num_key_value_heads ?? heads],
    ['attention.key_length', headSize],
    ['attention.value_length', headSize],
    ['attention.layer_norm_rms_epsilon', config.rms_norm_eps],
    ...rope.entries,
    ...windowEntries(config, architecture),
    ...(own[architecture.name]?.(config) ?? []),
  ];
  const named = entries.map(([name, value]): [string, MetadataValue] => [
    `${architecture.name}.${name}`,
    value,
  ]);
  return { entries: [['general.architecture', architecture.name], ...named], lists: rope.lists };
}

const layerTypes = new Set(['full_attention', 'sliding_attention']);

function windowEntries(config: DecoderConfig, architecture: Architecture): Entries {
  const { sliding_window: length, layer_types: types, num_hidden_layers: layers } = config;
  if (types?.some((type) => !layerTypes.has(type))) {
    throw architectureUnsupported('it has layers of a kind that Winnow does not know');
  }
  if (types && types.length !== layers) {
    throw damagedFile('config.json', 'it does not name the kind of every layer');
  }
  const windowed = types?.map((type) => type === 'sliding_attention');
  const pattern = windowed ?? config.sliding_window_pattern;
  return [
    ['attention.sliding_window', isUsed(config, windowed, architecture) ? (length ?? 0) : 0],
    ...(pattern ? ([['attention.sliding_window_pattern', pattern]] as Entries) : []),
  ];
}

/** Qwen's models name a window that they do not use unless they say so. */
function isUsed(
  { use_sliding_window: used, max_window_layers: from, num_hidden_layers: layers }: DecoderConfig,
  windowed: readonly boolean[] | undefined,
  { name }: Architecture,
): boolean {
  if (windowed !== undefined) return windowed.includes(true);
  const mayNot = name === 'qwen2' || name === 'qwen3' || name === 'smollm3';
  return (used ?? !mayNot) && (!mayNot || (from ?? 0) < layers);
}

/** What single architectures say beyond the rest. */
const own: Readonly<Record<string, (config: DecoderConfig) => Entries>> = {
  granite: (config) => [
    ['embedding_scale', config.embedding_multiplier ?? 1],
    ['residual_scale', config.residual_multiplier ?? 1],
    ['attention.scale', config.attention_multiplier ?? 1],
    ['logit_scale', config.logits_scaling ?? 1],
  ],
  smollm3: (config) => {
    const rotated = Array.from({ length: config.num_hidden_layers }, (_, layer) =>
      layer % 4 === 3 ? 0 : 1,
    );
    const usual = config.no_rope_layers
      ? config.no_rope_layers.join() === rotated.join()
      : (config.no_rope_layer_interval ?? 4) === 4;
    if (!usual) throw architectureUnsupported('it rotates other layers than its kind does');
    return [];
  },
  gemma2: (config) => {
    const { attn_logit_softcapping: scores, final_logit_softcapping: logits } = config;
    if (scores === null || logits === null) {
      throw architectureUnsupported('it caps its numbers in another way than its kind does');
    }
    return [
      ['attention.scale', gemmaScale(config)],
      ['attn_logit_softcapping', scores ?? 50],
      ['final_logit_softcapping', logits ?? 30],
    ];
  },
  gemma3: (config) => {
    const { attn_logit_softcapping: scores, final_logit_softcapping: logits } = config;
    if (scores !== null && scores !== undefined) {
      throw architectureUnsupported('it caps its numbers in another way than its kind does');
    }
    return [
      ['attention.scale', gemmaScale(config)],
      ...(logits ? ([['final_logit_softcapping', logits]] as Entries) : []),
    ];
  },
};

function gemmaScale({ query_pre_attn_scalar: scalar }: DecoderConfig): number {
  return (scalar ?? 256) ** -0.5;
}

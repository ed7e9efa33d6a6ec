/** What config.json, or genai_config.json, says of an exported decoder. */
import * as v from 'valibot';
import type { ModelFolder } from '../folders/model-folder.ts';
import type { StatedSizes } from './decoder-shape.ts';

const count = v.nullish(v.pipe(v.number(), v.integer(), v.minValue(1)));
const sizes = v.looseObject({
  model_type: v.nullish(v.string()),
  num_hidden_layers: count,
  num_attention_heads: count,
  num_key_value_heads: count,
  hidden_size: count,
  head_dim: count,
  max_position_embeddings: count,
  vocab_size: count,
  num_kv_shared_layers: v.nullish(v.number()),
});
const configSchema = v.looseObject({
  ...sizes.entries,
  architectures: v.nullish(v.array(v.string())),
  // Models that read pictures too keep the sizes of their text part here.
  text_config: v.nullish(sizes),
});
const genaiSchema = v.looseObject({
  model: v.looseObject({
    type: v.nullish(v.string()),
    context_length: count,
    vocab_size: count,
    eos_token_id: v.nullish(v.union([v.number(), v.array(v.number())])),
    decoder: v.looseObject({
      num_hidden_layers: count,
      num_key_value_heads: count,
      head_size: count,
    }),
  }),
});

export interface ExportConfig extends StatedSizes {
  architecture: string;
  contextLength: number | null;
  /** Tokens that end an answer, beside those that the tokenizer's files name. */
  endTokens: readonly number[];
  /** Whether it says that it writes text; null where it does not say what it does. */
  isGenerator: boolean | null;
  /** It says that it scores texts. */
  isJudge: boolean;
}

export const configFiles = ['config.json', 'genai_config.json'] as const;

/** @throws model-damaged, model-unreadable, model-format-unsupported where there is neither file */
export async function readExportConfig(folder: ModelFolder): Promise<ExportConfig> {
  const genai = await folder.readJson(configFiles[1], genaiSchema);
  if (genai !== null) return ofGenai(genai);
  const config = await folder.requireJson(configFiles[0], configSchema);
  const { text_config: ofText } = config;
  // What the text part does not say, the whole may.
  const stated = { ...config, ...withoutNothing(ofText ?? {}) };
  const heads = stated.num_attention_heads ?? null;
  const split = (stated.hidden_size ?? NaN) / (heads ?? NaN);
  const shares = (stated.num_kv_shared_layers ?? 0) > 0;
  return {
    architecture: config.model_type ?? stated.model_type ?? 'unknown',
    contextLength: stated.max_position_embeddings ?? null,
    endTokens: [],
    isGenerator: config.architectures?.some((name) => /ForCausalLM|LMHead/.test(name)) ?? null,
    isJudge:
      config.architectures?.some((name) => name.endsWith('ForSequenceClassification')) ?? false,
    source: configFiles[0],
    layers: shares ? null : (stated.num_hidden_layers ?? null),
    keyValueHeads: stated.num_key_value_heads ?? null,
    headSize: stated.head_dim ?? null,
    vocabularySize: stated.vocab_size ?? null,
    likely: { keyValueHeads: heads, headSize: Number.isInteger(split) ? split : null },
  };
}

function ofGenai({ model }: v.InferOutput<typeof genaiSchema>): ExportConfig {
  const { decoder } = model;
  return {
    architecture: model.type ?? 'unknown',
    contextLength: model.context_length ?? null,
    endTokens: [model.eos_token_id ?? []].flat(),
    isGenerator: true,
    isJudge: false,
    source: configFiles[1],
    layers: decoder.num_hidden_layers ?? null,
    keyValueHeads: decoder.num_key_value_heads ?? null,
    headSize: decoder.head_size ?? null,
    vocabularySize: model.vocab_size ?? null,
    likely: { keyValueHeads: null, headSize: null },
  };
}

function withoutNothing<Entries extends object>(entries: Entries): Partial<Entries> {
  const given = Object.entries(entries).filter(([, value]) => value !== null);
  return Object.fromEntries(given) as Partial<Entries>;
}

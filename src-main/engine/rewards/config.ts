/** What a reward model's config.json says that matters for scoring. */
import * as v from 'valibot';
import type { ModelFolder } from '../folders/model-folder.ts';
import { invalidRewardModel } from './faults.ts';

export interface RewardConfig {
  /** The class of transformers' that it was trained as; null where the file does not say. */
  architecture: string | null;
  /** The names of its outputs, in their order. */
  labels: string[];
  /** The most tokens that the model can read at once, special tokens included. */
  windowTokens: number;
  /** null: texts must not be padded, for a decoder would judge the padding. */
  padId: number | null;
  /** The position of a text's first token. */
  firstPosition: number;
  /** Rows of the embedding; null where the file does not say. */
  vocabularySize: number | null;
}

/** Longer windows are used only up to here: attention's memory grows with the square. */
export const longestWindow = 2048;
const shortestWindow = 16;
const usualWindow = 512;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const sizes = {
  max_position_embeddings: v.nullish(v.pipe(count, v.minValue(1))),
  pad_token_id: v.nullish(count),
  vocab_size: v.nullish(count),
};
const configSchema = v.looseObject({
  ...sizes,
  architectures: v.nullish(v.array(v.string())),
  model_type: v.nullish(v.string()),
  num_labels: v.nullish(count),
  id2label: v.nullish(v.record(v.string(), v.unknown())),
  /** Models that read pictures as well keep the sizes of their text part here. */
  text_config: v.nullish(v.looseObject(sizes)),
});
type Config = v.InferOutput<typeof configSchema>;

/**
 * Reads config.json.
 * @param tokenizerLimit the most tokens that its tokenizer is made for
 * @throws WinnowError as requireJson does; reward-model-invalid where it is no model that scores texts
 */
export async function readConfig(
  folder: ModelFolder,
  tokenizerLimit: number,
): Promise<RewardConfig> {
  const config = await folder.requireJson('config.json', configSchema);
  const architecture = classifierOf(config);
  const text = { ...config, ...config.text_config };
  // RoBERTa's first positions are taken: its numbering starts after the padding token's id.
  const shifted = /roberta|camembert/.test(config.model_type ?? '');
  const firstPosition = shifted ? (text.pad_token_id ?? 1) + 1 : 0;
  return {
    architecture,
    labels: labelsOf(config),
    windowTokens: windowOf(text.max_position_embeddings, firstPosition, tokenizerLimit),
    padId: text.pad_token_id ?? null,
    firstPosition,
    vocabularySize: text.vocab_size ?? null,
  };
}

function classifierOf({ architectures }: Config): string | null {
  const names = architectures ?? [];
  const classifier = names.find((name) => name.endsWith('ForSequenceClassification'));
  if (classifier !== undefined) return classifier;
  if (names.length === 0) return null;
  throw invalidRewardModel(
    `This is a model of another kind (${names.join(', ')}), not a reward model.`,
  );
}

function labelsOf({ num_labels, id2label }: Config): string[] {
  const named = Object.entries(id2label ?? {});
  const length = num_labels ?? Math.max(1, named.length);
  if (length === 0 || length > 1000) {
    throw invalidRewardModel(`This model has ${length} outputs, so it cannot give a reward.`, {
      labels: length,
    });
  }
  const names = new Map(named.map(([index, name]) => [Number(index), String(name)]));
  return Array.from({ length }, (_, index) => names.get(index) ?? `LABEL_${index}`);
}

function windowOf(
  positions: number | null | undefined,
  firstPosition: number,
  tokenizerLimit: number,
): number {
  const window = Math.min(
    (positions ?? usualWindow + firstPosition) - firstPosition,
    Math.floor(tokenizerLimit),
    longestWindow,
  );
  if (window >= shortestWindow) return window;
  throw invalidRewardModel(`This model reads at most ${window} tokens at once, which is too few.`, {
    windowTokens: window,
  });
}

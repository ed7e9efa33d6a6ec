/** What the files of a folder say of a model's tokens: tokenizer.json, tokenizer_config.json and those beside them. */
import * as v from 'valibot';
import { chatTemplateMissing, type TemplateTokens } from '../tokenizer/chat-template.ts';
import type { ModelFolder } from './model-folder.ts';

/** The largest tokenizers (300,000 tokens) take some 35 MB. */
const largestTokenizer = 256_000_000;

const typed = v.looseObject({ type: v.string() });
const addedToken = v.looseObject({
  id: v.pipe(v.number(), v.integer(), v.minValue(0)),
  content: v.pipe(v.string(), v.minLength(1)),
  special: v.optional(v.boolean(), false),
  /** It takes the white space before it, or behind it. */
  lstrip: v.optional(v.boolean(), false),
  rstrip: v.optional(v.boolean(), false),
});
const tokenizerSchema = v.looseObject({
  added_tokens: v.optional(v.array(addedToken), []),
  normalizer: v.nullish(typed),
  pre_tokenizer: v.nullish(typed),
  decoder: v.nullish(typed),
  model: v.looseObject({ type: v.optional(v.string()) }),
});

/** A tokenizer.json, whose lists of tokens and merges are still unchecked (tokenizer-json.ts). */
export type TokenizerJson = v.InferOutput<typeof tokenizerSchema>;

const template = v.union([
  v.string(),
  v.array(v.looseObject({ name: v.string(), template: v.string() })),
]);
const tokenizerConfigSchema = v.looseObject({
  chat_template: v.nullish(template),
  model_max_length: v.nullish(v.number()),
});
const templateFileSchema = v.looseObject({ chat_template: v.nullish(template) });

/** One id, or several: any of them. */
const ids = v.nullish(v.union([v.number(), v.array(v.number())]));
const generationSchema = v.looseObject({ eos_token_id: ids });
const configSchema = v.looseObject({
  eos_token_id: ids,
  max_position_embeddings: v.nullish(v.number()),
});

/** What is told of any model's tokens. */
export interface TokenizerSettings {
  tokenizer: TokenizerJson;
  /** tokenizer_config.json. */
  config: v.InferOutput<typeof tokenizerConfigSchema>;
  /** The chat template's source; null where there is none. */
  template: string | null;
  /** The texts of special tokens by their names: `bos_token`, `eos_token`. */
  named: TemplateTokens;
}

/** What is told of the tokens of a model that writes. */
export interface TokenizerFiles extends Omit<TokenizerSettings, 'config'> {
  template: string;
  /** Ids that end an answer, as the model's configuration says; any numbers. */
  ends: readonly number[];
  /** Infinity where the files do not say. */
  contextLength: number;
}

/** @throws model-format-unsupported, model-damaged, model-unreadable, chat-template-missing */
export async function readTokenizerFiles(folder: ModelFolder): Promise<TokenizerFiles> {
  const { tokenizer, template: source, named } = await readTokenizerSettings(folder);
  const generation = await folder.readJson('generation_config.json', generationSchema);
  const config = await folder.readJson('config.json', configSchema);
  if (source === null) throw chatTemplateMissing();
  return {
    tokenizer,
    template: source,
    named,
    // transformers asks the model's own configuration only where there is no other.
    ends: [generation?.eos_token_id ?? config?.eos_token_id ?? []].flat(),
    contextLength: config?.max_position_embeddings ?? Infinity,
  };
}

/** @throws model-format-unsupported, model-damaged, model-unreadable */
export async function readTokenizerSettings(folder: ModelFolder): Promise<TokenizerSettings> {
  const tokenizer = await folder.requireJson('tokenizer.json', tokenizerSchema, largestTokenizer);
  const config = (await folder.readJson('tokenizer_config.json', tokenizerConfigSchema)) ?? {};
  const special = await folder.readJson('special_tokens_map.json', v.looseObject({}));
  return {
    tokenizer,
    config,
    template: await readTemplate(folder, config.chat_template),
    named: { bos_token: '', eos_token: '', ...namedTokens({ ...special, ...config }) },
  };
}

/** In a file of its own, which then counts, or among the tokenizer's settings. */
async function readTemplate(
  folder: ModelFolder,
  ofTokenizer: v.InferOutput<typeof template> | null | undefined,
): Promise<string | null> {
  const own =
    (await folder.readText('chat_template.jinja')) ??
    (await folder.readJson('chat_template.json', templateFileSchema))?.chat_template;
  const found = own ?? ofTokenizer;
  const source = Array.isArray(found)
    ? found.find(({ name }) => name === 'default')?.template
    : found;
  return source === undefined || source === null || source.trim() === '' ? null : source;
}

/** The entries that name a token: by its text, or by an object that holds it. */
function namedTokens(settings: Record<string, unknown>): Record<`${string}_token`, string> {
  const named: Record<`${string}_token`, string> = {};
  for (const [name, value] of Object.entries(settings)) {
    const content =
      typeof value === 'object' && value !== null && 'content' in value ? value.content : value;
    if (isTokenName(name) && typeof content === 'string') named[name] = content;
  }
  return named;
}

function isTokenName(name: string): name is `${string}_token` {
  return name.endsWith('_token');
}

/** Reads and checks the files of a reward-model folder; the ONNX graph itself is opened in session.ts. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import * as v from 'valibot';
import {
  damagedRewardModel,
  fileErrorCode,
  invalidRewardModel,
  rewardModelNotFound,
  tooLargeFile,
  unreadableRewardModel,
} from './faults.ts';
import type { TokenizerFile } from './pair-tokenizer.ts';

export interface RewardFolder {
  name: string;
  /** The ONNX file. */
  modelPath: string;
  tokenizer: TokenizerFile;
  tokenizerConfig: Record<string, unknown>;
  /** It says how to lay out a conversation, as reward models made from chat models do. */
  hasChatTemplate: boolean;
  /** The most tokens that the model can read at once, special tokens included. */
  windowTokens: number;
  padId: number;
  /** Rows of the embedding as config.json states them; null where it does not. */
  vocabularySize: number | null;
}

/** Longer windows are used only up to here: attention's memory grows with the square. */
const longestWindow = 2048;
const shortestWindow = 16;
const usualWindow = 512;

const megabyte = 1_000_000;
const largestFile = { config: 16 * megabyte, tokenizer: 256 * megabyte };

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const configSchema = v.looseObject({
  architectures: v.nullish(v.array(v.string())),
  model_type: v.nullish(v.string()),
  max_position_embeddings: v.nullish(v.pipe(count, v.minValue(1))),
  num_labels: v.nullish(count),
  id2label: v.nullish(v.record(v.string(), v.unknown())),
  pad_token_id: v.nullish(count),
  vocab_size: v.nullish(count),
});
type Config = v.InferOutput<typeof configSchema>;

const tokenizerSchema = v.looseObject({
  added_tokens: v.optional(
    v.array(
      v.looseObject({
        id: count,
        content: v.pipe(v.string(), v.minLength(1)),
        special: v.optional(v.boolean(), false),
      }),
    ),
    [],
  ),
  model: v.looseObject({}),
});
const tokenizerConfigSchema = v.looseObject({ model_max_length: v.nullish(v.number()) });

/**
 * Reads config.json, tokenizer.json and tokenizer_config.json, and finds the ONNX file.
 * @throws WinnowError model-not-found, model-unreadable, model-damaged, model-too-large, reward-model-invalid
 */
export async function readRewardFolder(path: string): Promise<RewardFolder> {
  const folder = resolve(path);
  await checkIsFolder(folder);
  const { config: configLimit, tokenizer: tokenizerLimit } = largestFile;
  const config = await readJson(folder, 'config.json', configSchema, configLimit);
  checkIsClassifier(config);
  const tokenizer = await readJson(folder, 'tokenizer.json', tokenizerSchema, tokenizerLimit);
  const tokenizerConfig = await readJson(
    folder,
    'tokenizer_config.json',
    tokenizerConfigSchema,
    configLimit,
  );
  return {
    name: basename(folder),
    modelPath: await findModel(folder),
    tokenizer,
    tokenizerConfig,
    hasChatTemplate:
      (tokenizerConfig.chat_template ?? null) !== null ||
      (await statOrNull(join(folder, 'chat_template.jinja'))) !== null,
    windowTokens: readWindow(config, tokenizerConfig.model_max_length ?? Infinity),
    padId: config.pad_token_id ?? 0,
    vocabularySize: config.vocab_size ?? null,
  };
}

/**
 * SHA-256, in hexadecimal, of everything that decides a reward: the ONNX file, the files beside it that hold its numbers
 * (their names begin with its name), the tokenizer and the configuration.
 */
export async function hashRewardFolder(folder: string, modelPath: string): Promise<string> {
  const modelName = basename(modelPath);
  const beside = (await readdir(dirname(modelPath)))
    .filter((name) => name.startsWith(modelName) || name === `${modelName.slice(0, -5)}.data`)
    .sort()
    .map((name) => join(dirname(modelPath), name));
  const described = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];
  const hash = createHash('sha256');
  for (const path of [...beside, ...described.map((name) => join(folder, name))]) {
    try {
      for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    } catch (error) {
      throw unreadableRewardModel(path, error);
    }
  }
  return hash.digest('hex');
}

async function checkIsFolder(folder: string): Promise<void> {
  const facts = await statOrNull(folder);
  if (facts === null) throw rewardModelNotFound(folder);
  if (!facts.isDirectory()) {
    throw invalidRewardModel('A reward model is a folder, but this is a single file.');
  }
}

async function findModel(folder: string): Promise<string> {
  for (const name of ['onnx/model.onnx', 'model.onnx']) {
    const path = join(folder, name);
    const facts = await statOrNull(path);
    if (facts === null) continue;
    if (!facts.isFile()) throw invalidRewardModel(`"${name}" in this folder is not a file.`);
    if (facts.size === 0) throw damagedRewardModel(`The file ${name} is empty.`);
    return path;
  }
  throw invalidRewardModel('This folder holds no ONNX model: onnx/model.onnx is missing.');
}

async function readJson<Schema extends v.GenericSchema>(
  folder: string,
  name: string,
  schema: Schema,
  limit: number,
): Promise<v.InferOutput<Schema>> {
  const text = await readText(folder, name, limit);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damagedRewardModel(`The file ${name} is damaged: it is not valid JSON.`, {}, error);
  }
  const result = v.safeParse(schema, Array.isArray(value) ? null : value);
  if (result.success) return result.output;
  const field = v.getDotPath(result.issues[0]) ?? '';
  throw invalidRewardModel(
    `The file ${name} is not what a reward model's ${name} looks like${field && `: "${field}" makes no sense`}.`,
    { file: name, field },
  );
}

async function readText(folder: string, name: string, limit: number): Promise<string> {
  const path = join(folder, name);
  const facts = await statOrNull(path);
  if (facts === null) {
    throw invalidRewardModel(`This folder is not a reward model: ${name} is missing.`);
  }
  // Anything but a plain file (a pipe, a device) could keep us waiting for ever.
  if (!facts.isFile()) throw invalidRewardModel(`"${name}" in this folder is not a file.`);
  if (facts.size === 0) throw damagedRewardModel(`The file ${name} is empty.`);
  if (facts.size > limit) throw tooLargeFile(name, facts.size, limit);
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw unreadableRewardModel(path, error);
  }
}

async function statOrNull(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    const code = fileErrorCode(error);
    // The last one: no path can hold a NUL.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ERR_INVALID_ARG_VALUE') return null;
    throw unreadableRewardModel(path, error);
  }
}

function checkIsClassifier({ architectures, num_labels, id2label }: Config): void {
  const names = architectures ?? [];
  if (names.length > 0 && !names.some((name) => name.endsWith('ForSequenceClassification'))) {
    throw invalidRewardModel(
      `This is a model of another kind (${names.join(', ')}), not a reward model.`,
    );
  }
  const labels = num_labels ?? (id2label ? Object.keys(id2label).length : 1);
  if (labels !== 1) {
    throw invalidRewardModel(
      `This model sorts texts into ${labels} classes. A reward model gives one number.`,
      { labels },
    );
  }
}

function readWindow(config: Config, tokenizerLimit: number): number {
  const { max_position_embeddings: positions, model_type: type, pad_token_id: padId } = config;
  // RoBERTa's first positions are taken: its numbering starts after the padding token's id.
  const taken = /roberta|camembert/.test(type ?? '') ? (padId ?? 1) + 1 : 0;
  const window = Math.min(
    (positions ?? usualWindow + taken) - taken,
    Math.floor(tokenizerLimit),
    longestWindow,
  );
  if (window >= shortestWindow) return window;
  throw invalidRewardModel(`This model reads at most ${window} tokens at once, which is too few.`, {
    windowTokens: window,
  });
}

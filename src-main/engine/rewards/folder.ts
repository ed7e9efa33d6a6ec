/** Reads and checks the files of a reward-model folder; the ONNX graph itself is opened in session.ts. */
import { basename, join, relative, sep } from 'node:path';
import * as v from 'valibot';
import type { DeviceName } from '../../contract/engine.ts';
import { describingFiles, hashFiles } from '../folders/content-hash.ts';
import { ModelFolder } from '../folders/model-folder.ts';
import { readExportedModel } from '../onnx/read-model.ts';
import { readConfig, type RewardConfig } from './config.ts';
import { headsFile, readHeads, type RewardHead } from './heads.ts';
import { readJson, readText } from './model-files.ts';
import type { TokenizerFile } from './text-tokenizer.ts';
import { chooseVariant, findPlace, type RewardPlace } from './variants.ts';

/** What a folder says of its model, whatever its weights are kept in. */
export interface FolderDescription extends RewardConfig {
  folder: string;
  name: string;
  tokenizer: TokenizerFile;
  tokenizerConfig: Record<string, unknown>;
  /** How a conversation is laid out, as reward models made from chat models say it; null where it does not. */
  chatTemplate: string | null;
  /** Its outputs, and how much each counts. */
  heads: RewardHead[];
}

export interface RewardFolder extends FolderDescription {
  /** The ONNX file. */
  modelPath: string;
}

const templateFile = 'chat_template.jinja';

const tokenizerSchema = v.looseObject({
  added_tokens: v.optional(
    v.array(
      v.looseObject({
        id: v.pipe(v.number(), v.integer(), v.minValue(0)),
        content: v.pipe(v.string(), v.minLength(1)),
        special: v.optional(v.boolean(), false),
        rstrip: v.optional(v.boolean(), false),
      }),
    ),
    [],
  ),
  model: v.looseObject({}),
});

const namedTemplate = v.looseObject({ name: v.string(), template: v.string() });
const tokenizerConfigSchema = v.looseObject({
  model_max_length: v.nullish(v.number()),
  chat_template: v.nullish(v.union([v.string(), v.array(namedTemplate)])),
});
type TokenizerConfig = v.InferOutput<typeof tokenizerConfigSchema>;

/**
 * Describes a folder and finds its ONNX file.
 * @param path a folder, or an .onnx file in it or in its folder "onnx"
 * @param device the one that it will run on: the best of several ONNX files depends on it
 * @throws WinnowError model-not-found, model-unreadable, model-damaged, model-too-large, reward-model-invalid
 */
export async function readRewardFolder(path: string, device: DeviceName): Promise<RewardFolder> {
  const place = await findPlace(path);
  const description = await describeFolder(place);
  return { ...description, modelPath: await chooseVariant(place, device) };
}

/**
 * Reads config.json, tokenizer.json, tokenizer_config.json and what there may be besides.
 * @throws WinnowError model-unreadable, model-damaged, model-too-large, reward-model-invalid
 */
export async function describeFolder({ folder, named }: RewardPlace): Promise<FolderDescription> {
  const tokenizerConfig = await readTokenizerConfig(folder);
  const config = await readConfig(folder, tokenizerConfig.model_max_length ?? Infinity);
  const heads = await readHeads(join(folder, headsFile), config.labels);
  const tokenizer = await readJson(folder, 'tokenizer.json', tokenizerSchema);
  const variant = named === null ? '' : ` (${basename(named, '.onnx')})`;
  return {
    ...config,
    folder,
    name: `${basename(folder)}${variant}`,
    tokenizer,
    tokenizerConfig,
    chatTemplate: (await readText(folder, templateFile)) ?? templateIn(tokenizerConfig),
    heads,
  };
}

/** A folder without config.json is no model at all: that is said first. */
async function readTokenizerConfig(folder: string): Promise<TokenizerConfig> {
  await readJson(folder, 'config.json', v.looseObject({}));
  return readJson(folder, 'tokenizer_config.json', tokenizerConfigSchema);
}

/** Some models have several; the one without a purpose of its own is called "default". */
function templateIn({ chat_template: given }: TokenizerConfig): string | null {
  if (typeof given === 'string') return given;
  return given?.find(({ name }) => name === 'default')?.template ?? null;
}

/**
 * SHA-256, in hexadecimal, of everything that decides a reward: the ONNX file, the files that it names for its numbers,
 * the tokenizer, the configuration and what Winnow itself is told about the model.
 * @throws model-unreadable, model-damaged, model-truncated, model-format-unsupported
 */
export async function hashRewardFolder({ folder, modelPath }: RewardFolder): Promise<string> {
  const files = await ModelFolder.open(folder);
  const { files: numbers } = await readExportedModel(files, nameIn(folder, modelPath));
  return hashFiles([...numbers.all(), ...(await describingFiles(files, [headsFile]))]);
}

const nameIn = (folder: string, path: string) => relative(folder, path).split(sep).join('/');

/** Reads and checks the files of a reward-model folder; the ONNX graph itself is opened in session.ts. */
import { basename, join } from 'node:path';
import * as v from 'valibot';
import type { DeviceName } from '../../contract/engine.ts';
import { describingFiles, hashFiles } from '../folders/content-hash.ts';
import type { ModelFolder } from '../folders/model-folder.ts';
import { readTokenizerSettings } from '../folders/tokenizer-files.ts';
import { readExportedModel } from '../onnx/read-model.ts';
import type { TemplateTokens } from '../tokenizer/chat-template.ts';
import { readConfig, type RewardConfig } from './config.ts';
import { explainMissing } from './faults.ts';
import { headsFile, readHeads, type RewardHead } from './heads.ts';
import type { TokenizerFile } from './text-tokenizer.ts';
import { chooseVariant, findPlace, type RewardPlace } from './variants.ts';

/** What a folder says of its model, whatever its weights are kept in. */
export interface FolderDescription extends RewardConfig {
  folder: ModelFolder;
  name: string;
  tokenizer: TokenizerFile;
  tokenizerConfig: Record<string, unknown>;
  /** The texts of special tokens by their names, which a chat template may write. */
  named: TemplateTokens;
  /** How a conversation is laid out, as reward models made from chat models say it; null where it does not. */
  chatTemplate: string | null;
  /** Its outputs, and how much each counts. */
  heads: RewardHead[];
}

export interface RewardFolder extends FolderDescription {
  /** The ONNX file, by its name in the folder. */
  file: string;
  modelPath: string;
}

/**
 * Describes a folder and finds its ONNX file.
 * @param path a folder, or an .onnx file in it or in its folder "onnx"
 * @param device the one that it will run on: the best of several ONNX files depends on it
 * @throws WinnowError model-not-found, model-unreadable, model-damaged, reward-model-invalid
 */
export async function readRewardFolder(path: string, device: DeviceName): Promise<RewardFolder> {
  const place = await findPlace(path);
  const description = await describeFolder(place);
  const file = await chooseVariant(place, device);
  return { ...description, file, modelPath: join(place.folder.path, file) };
}

/**
 * Reads config.json, tokenizer.json, tokenizer_config.json and what there may be besides.
 * @throws WinnowError model-unreadable, model-damaged, reward-model-invalid
 */
export async function describeFolder(place: RewardPlace): Promise<FolderDescription> {
  try {
    return await describe(place);
  } catch (error) {
    throw explainMissing(error);
  }
}

async function describe({ folder, named }: RewardPlace): Promise<FolderDescription> {
  // A folder without config.json is no model at all: that is said first.
  await folder.requireJson('config.json', v.looseObject({}));
  const { config: tokenizerConfig, ...settings } = await readTokenizerSettings(folder);
  const config = await readConfig(folder, tokenizerConfig.model_max_length ?? Infinity);
  const heads = await readHeads(join(folder.path, headsFile), config.labels);
  const variant = named === null ? '' : ` (${basename(named, '.onnx')})`;
  return {
    ...config,
    folder,
    name: `${folder.name}${variant}`,
    tokenizer: settings.tokenizer,
    tokenizerConfig,
    named: settings.named,
    chatTemplate: settings.template,
    heads,
  };
}

/**
 * SHA-256, in hexadecimal, of everything that decides a reward: the ONNX file, the files that it names for its numbers,
 * the tokenizer, the configuration and what Winnow itself is told about the model.
 * @throws model-unreadable, model-damaged, model-truncated, model-format-unsupported
 */
export async function hashRewardFolder({ folder, file }: RewardFolder): Promise<string> {
  const { files } = await readExportedModel(folder, file);
  return hashFiles([...files.all(), ...(await describingFiles(folder, [headsFile]))]);
}

/** Which of the ONNX files in a folder is used: exporters put the same model there in several precisions. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, posix, resolve } from 'node:path';
import type { DeviceName } from '../../contract/engine.ts';
import { ModelFolder } from '../folders/model-folder.ts';
import {
  damagedRewardModel,
  invalidRewardModel,
  rewardModelNotFound,
  unreadableRewardModel,
} from './faults.ts';
import { statOrNull } from './model-files.ts';

/** Where a reward model in ONNX form lies. */
export interface RewardPlace {
  /** Holds config.json and the tokenizer. */
  folder: ModelFolder;
  /** The ONNX file in it that was asked for ("onnx/model_q4.onnx"); null: the best for the device. */
  named: string | null;
}

/** The usual names, the best first. Processors compute in 32 bits what is stored in 16. */
const onProcessor = ['model', 'model_fp16'];
const onGraphicsCard = ['model_fp16', 'model'];
const compressed = ['quantized', 'int8', 'uint8', 'q4', 'q4f16', 'bnb4'].map(
  (kind) => `model_${kind}`,
);

/**
 * Takes a path apart: a folder, or an .onnx file in it or in its folder "onnx".
 * @throws WinnowError model-not-found, model-unreadable
 */
export async function findPlace(given: string): Promise<RewardPlace> {
  const path = resolve(given);
  const facts = await statOrNull(path);
  if (facts === null) throw rewardModelNotFound(path);
  if (facts.isDirectory()) return { folder: await ModelFolder.open(path), named: null };
  const beside = dirname(path);
  const isHere = (await statOrNull(join(beside, 'config.json'))) !== null;
  const named = isHere ? basename(path) : posix.join(basename(beside), basename(path));
  return { folder: await ModelFolder.open(isHere ? beside : dirname(beside)), named };
}

/**
 * The ONNX file to use, by its name in the folder.
 * @throws WinnowError reward-model-invalid where there is none, or several and none has a usual name; model-damaged where
 *   it is empty; model-unreadable
 */
export async function chooseVariant(
  { folder, named }: RewardPlace,
  device: DeviceName,
): Promise<string> {
  if (named !== null) return checked(folder, named);
  const found = await onnxFilesOf(folder);
  const order = [...(device === 'cpu' ? onProcessor : onGraphicsCard), ...compressed];
  const best = order
    .map((name) => found.find((file) => posix.basename(file, '.onnx') === name))
    .find((file) => file !== undefined);
  const [only, another] = found;
  const chosen = best ?? (another === undefined ? only : undefined);
  if (chosen !== undefined) return checked(folder, chosen);
  if (only === undefined) {
    throw invalidRewardModel('This folder holds no ONNX model: onnx/model.onnx is missing.');
  }
  const names = new Intl.ListFormat('en').format(found.map((file) => posix.basename(file)));
  throw invalidRewardModel(
    `This folder holds several ONNX models (${names}), and none is called model.onnx.`,
    { models: found.length },
    undefined,
    'Choose one of these files in place of the folder.',
  );
}

/** The ONNX files of a folder, by their names in it. Throws model-unreadable. */
export async function onnxFilesOf({ path }: ModelFolder): Promise<string[]> {
  const inner = await onnxFilesIn(join(path, 'onnx'));
  return [...inner.map((name) => `onnx/${name}`), ...(await onnxFilesIn(path))];
}

async function onnxFilesIn(folder: string): Promise<string[]> {
  if ((await statOrNull(folder))?.isDirectory() !== true) return [];
  const names = await readdir(folder).catch((error: unknown) => {
    throw unreadableRewardModel(folder, error);
  });
  return names.filter((name) => name.toLowerCase().endsWith('.onnx')).sort();
}

async function checked(folder: ModelFolder, name: string): Promise<string> {
  const path = await folder.find(name);
  if (path === null) throw rewardModelNotFound(name);
  const { size } = await stat(path).catch((error: unknown) => {
    throw unreadableRewardModel(path, error);
  });
  if (size === 0) throw damagedRewardModel(`The file ${posix.basename(name)} is empty.`);
  return name;
}

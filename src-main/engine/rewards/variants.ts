/** Which of the ONNX files in a folder is used: exporters put the same model there in several precisions. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { DeviceName } from '../../contract/engine.ts';
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
  folder: string;
  /** The ONNX file that was asked for by its name; null: the best for the device. */
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
  if (facts.isDirectory()) return { folder: path, named: null };
  const beside = dirname(path);
  const isHere = (await statOrNull(join(beside, 'config.json'))) !== null;
  return { folder: isHere ? beside : dirname(beside), named: path };
}

/**
 * The ONNX file to use.
 * @throws WinnowError reward-model-invalid where there is none, or several and none has a usual name; model-damaged where
 *   it is empty; model-unreadable
 */
export async function chooseVariant(
  { folder, named }: RewardPlace,
  device: DeviceName,
): Promise<string> {
  if (named !== null) return checked(named);
  const found = await onnxFilesOf(folder);
  const order = [...(device === 'cpu' ? onProcessor : onGraphicsCard), ...compressed];
  const best = order
    .map((name) => found.find((path) => basename(path, '.onnx') === name))
    .find((path) => path !== undefined);
  const [only, another] = found;
  const path = best ?? (another === undefined ? only : undefined);
  if (path !== undefined) return checked(path);
  if (only === undefined) {
    throw invalidRewardModel('This folder holds no ONNX model: onnx/model.onnx is missing.');
  }
  const names = new Intl.ListFormat('en').format(found.map((file) => basename(file)));
  throw invalidRewardModel(
    `This folder holds several ONNX models (${names}), and none is called model.onnx.`,
    { models: found.length },
    undefined,
    'Choose one of these files in place of the folder.',
  );
}

/** The ONNX files of a folder. Throws model-unreadable. */
export async function onnxFilesOf(folder: string): Promise<string[]> {
  return [...(await onnxFilesIn(join(folder, 'onnx'))), ...(await onnxFilesIn(folder))];
}

async function onnxFilesIn(folder: string): Promise<string[]> {
  if ((await statOrNull(folder))?.isDirectory() !== true) return [];
  const names = await readdir(folder).catch((error: unknown) => {
    throw unreadableRewardModel(folder, error);
  });
  return names
    .filter((name) => name.toLowerCase().endsWith('.onnx'))
    .sort()
    .map((name) => join(folder, name));
}

async function checked(path: string): Promise<string> {
  const facts = await statOrNull(path);
  const name = basename(path);
  if (facts === null) throw rewardModelNotFound(path);
  if (!facts.isFile()) throw invalidRewardModel(`"${name}" in this folder is not a file.`);
  if (facts.size === 0) throw damagedRewardModel(`The file ${name} is empty.`);
  return path;
}

/** Reads the small files beside a reward model: whole, of a sensible size, and as their schema describes them. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import {
  damagedRewardModel,
  fileErrorCode,
  invalidRewardModel,
  tooLargeFile,
  unreadableRewardModel,
} from './faults.ts';

const megabyte = 1_000_000;
/** Tokenizers list every token; everything else is short. */
const largestFile = (name: string) => (name === 'tokenizer.json' ? 256 : 16) * megabyte;

/**
 * A JSON file of the folder.
 * @throws WinnowError reward-model-invalid where it is missing or not as described, model-damaged, model-too-large,
 *   model-unreadable
 */
export async function readJson<Schema extends v.GenericSchema>(
  folder: string,
  name: string,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const text = await readText(folder, name);
  if (text === null) {
    throw invalidRewardModel(`This folder is not a reward model: ${name} is missing.`);
  }
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

/**
 * A text file of the folder; null where there is none.
 * @throws WinnowError reward-model-invalid where it is no file, model-damaged where it is empty, model-too-large,
 *   model-unreadable
 */
export async function readText(folder: string, name: string): Promise<string | null> {
  const path = join(folder, name);
  const facts = await statOrNull(path);
  if (facts === null) return null;
  // Anything but a plain file (a pipe, a device) could keep us waiting for ever.
  if (!facts.isFile()) throw invalidRewardModel(`"${name}" in this folder is not a file.`);
  if (facts.size === 0) throw damagedRewardModel(`The file ${name} is empty.`);
  const limit = largestFile(name);
  if (facts.size > limit) throw tooLargeFile(name, facts.size, limit);
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw unreadableRewardModel(path, error);
  }
}

/** What lies at a path; null where nothing does. Throws model-unreadable. */
export async function statOrNull(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    const code = fileErrorCode(error);
    // The last one: no path can hold a NUL.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ERR_INVALID_ARG_VALUE') return null;
    throw unreadableRewardModel(path, error);
  }
}

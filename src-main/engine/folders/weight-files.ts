/** The safetensors files of a folder: one, or several that an index lists. */
import { open, type FileHandle } from 'node:fs/promises';
import * as v from 'valibot';
import { damagedFile, notAModelFolder, partMissing, unreadableFile } from './faults.ts';
import type { ModelFolder } from './model-folder.ts';
import { readSafetensorsHeader, type SafeTensor } from './safetensors.ts';

export const weightsFile = 'model.safetensors';
export const weightsIndex = 'model.safetensors.index.json';

/** Each file stays open while the model is read. */
const mostFiles = 512;

const indexSchema = v.looseObject({ weight_map: v.record(v.string(), v.string()) });

/** A file, its header read. */
export interface OpenWeights {
  name: string;
  /** Where it really lies. */
  path: string;
  sizeBytes: number;
  handle: FileHandle;
  tensors: SafeTensor[];
}

/**
 * Opens them all. Whoever opens them closes their handles.
 * @throws model-format-unsupported where there are none, model-not-found where one is missing, model-damaged,
 *   model-truncated, model-unreadable, model-tensor-type-unsupported
 */
export async function openWeightFiles(folder: ModelFolder): Promise<OpenWeights[]> {
  const index = await folder.readJson(weightsIndex, indexSchema);
  const places = index?.weight_map;
  const names = places === undefined ? [weightsFile] : [...new Set(Object.values(places))].sort();
  if (names.length > mostFiles) throw damagedFile(weightsIndex, 'it lists impossibly many files');
  const opened: OpenWeights[] = [];
  try {
    for (const name of names) opened.push(await openOne(folder, name, index !== null));
    checkPlaces(opened, places);
    return opened;
  } catch (error) {
    await closeWeightFiles(opened);
    throw error;
  }
}

export async function closeWeightFiles(files: readonly OpenWeights[]): Promise<void> {
  for (const { handle } of files) await handle.close();
}

async function openOne(folder: ModelFolder, name: string, isPart: boolean): Promise<OpenWeights> {
  const path = await folder.find(name);
  if (path === null) throw isPart ? partMissing(name) : notAModelFolder(name);
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw unreadableFile(name, error);
  });
  try {
    const { size: sizeBytes } = await handle.stat();
    const tensors = await readSafetensorsHeader(path, name, sizeBytes);
    return { name, path, sizeBytes, handle, tensors };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Every tensor is in one file only, and in the one that the index names. */
function checkPlaces(
  files: readonly OpenWeights[],
  places: Readonly<Record<string, string>> | undefined,
): void {
  const found = new Map<string, string>();
  for (const { name: file, tensors } of files) {
    for (const { name } of tensors) {
      if (found.has(name)) throw damagedFile(file, `"${name}" is in another file as well`);
      found.set(name, file);
    }
  }
  for (const [name, file] of Object.entries(places ?? {})) {
    if (found.get(name) !== file) throw damagedFile(file, `it lacks "${name}"`);
  }
}

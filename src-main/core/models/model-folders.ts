/** Where other programs keep their models, on each platform. */
import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import * as v from 'valibot';
import type { Surroundings } from '../data-folder.ts';
import { sizeOfFile } from './walk.ts';

/** Larger ones are no settings and no manifests. */
const largestText = 1_000_000;

/** A small text file; null where there is none. */
export async function readSmallText(path: string): Promise<string | null> {
  const size = await sizeOfFile(path);
  return size === null || size > largestText ? null : readFile(path, 'utf8').catch(() => null);
}

/** A small JSON file as the schema describes it; null where it is not so. */
export async function readSmallJson<Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
): Promise<v.InferOutput<Schema> | null> {
  try {
    const read = v.safeParse(schema, JSON.parse((await readSmallText(path)) ?? ''));
    return read.success ? read.output : null;
  } catch {
    return null;
  }
}

/** LM Studio's home can be moved, and names the folder for its downloads in its settings. */
export async function lmStudioFolders({ home }: Surroundings): Promise<string[]> {
  const pointer = (await readSmallText(join(home, '.lmstudio-home-pointer')))?.trim();
  const homes = absolute([pointer, join(home, '.lmstudio'), join(home, '.cache', 'lm-studio')]);
  const downloads = await Promise.all(
    homes.map((folder) =>
      readSmallJson(join(folder, 'settings.json'), v.object({ downloadsFolder: v.string() })),
    ),
  );
  return absolute([
    ...homes.map((folder) => join(folder, 'models')),
    ...downloads.map((settings) => settings?.downloadsFolder),
  ]);
}

/** `OLLAMA_MODELS` names Ollama's folder; as a service on Linux it is a user of its own. */
export function ollamaFolders({ platform, environment, home }: Surroundings): string[] {
  return absolute([
    named(environment['OLLAMA_MODELS'], join(home, '.ollama', 'models')),
    platform === 'linux' ? '/usr/share/ollama/.ollama/models' : undefined,
  ]);
}

/** The cache of the Hugging Face hub, which several variables can move (huggingface_hub's constants.py). */
export function hubFolders({ environment, home }: Surroundings): string[] {
  const cache = named(environment['XDG_CACHE_HOME'], join(home, '.cache'));
  const own = named(environment['HF_HOME'], join(cache, 'huggingface'));
  const older = named(environment['HUGGINGFACE_HUB_CACHE'], join(own, 'hub'));
  return absolute([named(environment['HF_HUB_CACHE'], older)]);
}

/** Jan's data folder is among the data of applications, and its settings there can name another one. */
export async function janFolders(surroundings: Surroundings): Promise<string[]> {
  const bases = applicationData(surroundings);
  const settings = bases.flatMap((base) => [
    join(base, 'jan.ai.app', 'settings.json'),
    join(base, 'Jan', 'settings.json'),
  ]);
  const chosen = await Promise.all(
    settings.map((file) => readSmallJson(file, v.object({ data_folder: v.string() }))),
  );
  const data = absolute([
    ...chosen.map((found) => found?.data_folder),
    ...bases.map((base) => join(base, 'Jan', 'data')),
    join(surroundings.home, 'jan'),
  ]);
  return data.flatMap((folder) => [join(folder, 'llamacpp', 'models'), join(folder, 'models')]);
}

/** Earlier versions of Jan kept on Linux what they had among configuration files. */
function applicationData({ platform, environment, home }: Surroundings): string[] {
  if (platform === 'darwin') return [join(home, 'Library', 'Application Support')];
  if (platform === 'win32') {
    return [named(environment['APPDATA'], join(home, 'AppData', 'Roaming'))];
  }
  return [
    named(environment['XDG_DATA_HOME'], join(home, '.local', 'share')),
    named(environment['XDG_CONFIG_HOME'], join(home, '.config')),
  ];
}

/** The folder that an environment variable names, if it does. */
const named = (path: string | undefined, otherwise: string): string =>
  path !== undefined && isAbsolute(path) ? path : otherwise;

/** The whole paths among these, each once. */
const absolute = (paths: (string | undefined)[]): string[] => [
  ...new Set(paths.filter((path) => path !== undefined).filter((path) => isAbsolute(path))),
];

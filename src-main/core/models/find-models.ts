/**
 * Finds the models that LM Studio, Ollama, Jan and Hugging Face's cache keep on this machine. Nothing is opened but
 * Ollama's manifests and the configurations of folders.
 */
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import * as v from 'valibot';
import type { FoundModel } from '../../contract/methods.ts';
import { here, type Surroundings } from '../data-folder.ts';
import { describe } from './describe.ts';
import { hubModelsIn } from './hub-models.ts';
import {
  hubFolders,
  janFolders,
  lmStudioFolders,
  ollamaFolders,
  readSmallJson,
} from './model-folders.ts';
import { filesIn } from './walk.ts';

/** Every model found, program by program, by name; a file with several names once. */
export async function findModels(surroundings: Surroundings = here()): Promise<FoundModel[]> {
  const [lmStudio, jan] = await Promise.all([
    lmStudioFolders(surroundings),
    janFolders(surroundings),
  ]);
  const hub = hubFolders(surroundings);
  const found = await Promise.all([
    ...lmStudio.map((folder) => ggufFilesIn(folder, 'LM Studio')),
    ...ollamaFolders(surroundings).map(ollamaModelsIn),
    ...jan.map((folder) => ggufFilesIn(folder, 'Jan')),
    ...hub.map((folder) => ggufFilesIn(folder, 'Hugging Face')),
    ...hub.map((folder) => hubModelsIn(folder)),
  ]);
  return eachOnce(found.flat().sort(bySourceAndName));
}

const sources: FoundModel['source'][] = ['LM Studio', 'Ollama', 'Jan', 'Hugging Face'];

const bySourceAndName = (one: FoundModel, other: FoundModel): number =>
  sources.indexOf(one.source) - sources.indexOf(other.source) ||
  one.name.localeCompare(other.name, 'en');

async function eachOnce(models: FoundModel[]): Promise<FoundModel[]> {
  const paths = await Promise.all(models.map(({ path }) => realpath(path).catch(() => path)));
  return models.filter((_, place) => paths.indexOf(paths[place] ?? '') === place);
}

/** Parts for pictures beside a model, and all but the first part of a model that is split. */
const partName =
  /(^|[-_.])(mmproj|vision[-_.]?(encoder|tower|adapter|projector))|-(?!00001)\d{5}-of-\d{5}\.gguf$/i;

/** GGUF files are not opened; those that judge are few. */
const kind = 'generator' as const;

async function ggufFilesIn(folder: string, source: FoundModel['source']): Promise<FoundModel[]> {
  const files = (await filesIn(folder)).filter((path) => /\.gguf$/i.test(path));
  const models = await Promise.all(
    files
      .filter((path) => !partName.test(basename(path)))
      .map((path) => {
        const model = { path: join(folder, path), kind, name: nameOf(path), source };
        return describe(
          model,
          wholeOf(path, files).map((part) => join(folder, part)),
        );
      }),
  );
  return models.flat();
}

/** The ending of the first of several files. */
const firstPart = /-00001(-of-\d{5}\.gguf)$/i;

/** A model's file, or all of its files where it is split. */
function wholeOf(path: string, files: readonly string[]): string[] {
  const ending = firstPart.exec(path)?.[1];
  if (ending === undefined) return [path];
  const stem = path.replace(firstPart, '-');
  const isPart = (other: string) =>
    other.startsWith(stem) && other.length === path.length && other.endsWith(ending);
  return [path, ...files.filter((other) => other !== path && isPart(other))];
}

/** Jan calls every file `model.gguf`: then its folder has the name. */
function nameOf(path: string): string {
  const name = basename(path).replace(/(-00001-of-\d{5})?\.gguf$/i, '');
  const folder = basename(dirname(path));
  return name.toLowerCase() === 'model' && folder !== '.' ? folder : name;
}

const manifestSchema = v.object({
  layers: v.array(v.object({ mediaType: v.string(), digest: v.string() })),
});

/** Ollama names its files by their content; the name that a person knows is the path of a manifest. */
async function ollamaModelsIn(folder: string): Promise<FoundModel[]> {
  const manifests = join(folder, 'manifests');
  const models: FoundModel[] = [];
  for (const path of await filesIn(manifests)) {
    const manifest = await readSmallJson(join(manifests, path), manifestSchema);
    const digest = manifest?.layers.find(
      ({ mediaType }) => mediaType === 'application/vnd.ollama.image.model',
    )?.digest;
    const hash = /^sha256[:-]([0-9a-f]{64})$/.exec(digest ?? '')?.[1];
    if (hash === undefined) continue;
    const blob = join(folder, 'blobs', `sha256-${hash}`);
    models.push(
      ...(await describe({ path: blob, kind, name: ollamaName(path), source: 'Ollama' })),
    );
  }
  return models;
}

/** `registry.ollama.ai/library/llama3/8b` is what Ollama calls `llama3:8b`. */
function ollamaName(path: string): string {
  const words = path.split(sep);
  const tag = words.pop() ?? '';
  const model = words.join('/').replace(/^registry\.ollama\.ai\/(library\/)?/, '');
  return `${model}:${tag}`;
}

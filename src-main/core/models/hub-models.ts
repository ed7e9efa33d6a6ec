/** Models in the cache of the Hugging Face hub: `models--owner--name/snapshots/<revision>` is a folder of one version. */
import { basename, dirname, join, sep } from 'node:path';
import * as v from 'valibot';
import type { FoundModel } from '../../contract/methods.ts';
import { describe } from './describe.ts';
import { readSmallJson, readSmallText } from './model-folders.ts';
import { filesIn } from './walk.ts';

const configSchema = v.looseObject({ architectures: v.array(v.string()) });
const weights = /^model(-\d{5}-of-\d{5})?\.safetensors$/;

/** Folders of weights or ONNX files that say that they write texts or judge them; of several versions the one that the hub last gave. */
export async function hubModelsIn(hub: string): Promise<FoundModel[]> {
  const models: FoundModel[] = [];
  for (const [folder, names] of versionsIn(await filesIn(hub))) {
    const parts = partsOf(names);
    if (parts.length === 0 || !(await isLatest(hub, folder))) continue;
    const path = join(hub, folder);
    const kind = names.includes('genai_config.json') ? 'generator' : await kindOf(path);
    if (kind === null) continue;
    const model = { path, kind, name: hubName(folder), source: 'Hugging Face' } as const;
    models.push(
      ...(await describe(
        model,
        parts.map((part) => join(path, part)),
      )),
    );
  }
  return models;
}

async function kindOf(folder: string): Promise<FoundModel['kind'] | null> {
  const config = await readSmallJson(join(folder, 'config.json'), configSchema);
  const names = config?.architectures ?? [];
  if (names.some((name) => name.endsWith('ForCausalLM'))) return 'generator';
  return names.some((name) => name.endsWith('ForSequenceClassification')) ? 'reward' : null;
}

/** The weights, or else one of the ONNX files with what belongs to it: the others are the same model again. */
function partsOf(names: readonly string[]): string[] {
  const parts = names.filter((name) => weights.test(name));
  if (parts.length > 0) return parts;
  const graphs = names.filter((name) => name.endsWith('.onnx'));
  const graph = graphs.find((name) => basename(name) === 'model.onnx') ?? graphs[0];
  return graph === undefined ? [] : names.filter((name) => name.startsWith(graph));
}

/** The names of the files in each version's folder, and in its folder "onnx". */
function versionsIn(files: readonly string[]): Map<string, string[]> {
  const versions = new Map<string, string[]>();
  for (const path of files) {
    const words = path.split(sep);
    const [model = '', snapshots, revision = '', ...inner] = words;
    const isHere = inner.length === 1 || (inner.length === 2 && inner[0] === 'onnx');
    if (!isHere || snapshots !== 'snapshots' || !model.startsWith('models--')) continue;
    const folder = join(model, snapshots, revision);
    versions.set(folder, [...(versions.get(folder) ?? []), inner.join(sep)]);
  }
  return versions;
}

/** Whether it is the version that the name "main" stands for, or nothing says which one that is. */
async function isLatest(hub: string, version: string): Promise<boolean> {
  const model = dirname(dirname(version));
  const main = (await readSmallText(join(hub, model, 'refs', 'main')))?.trim();
  return main === undefined || version === join(model, 'snapshots', main);
}

/** `models--ada--Tiny-1B` is what the hub calls `ada/Tiny-1B`. */
function hubName(version: string): string {
  const [model = ''] = version.split(sep);
  return model.replace(/^models--/, '').replace('--', '/');
}

/** Whether a model has changed since it was loaded: told by the sizes and times of change of its files. */
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { headsFileBeside } from './rewards/heads.ts';

/** Files that are not a whole model: others in their folder belong to it. */
const isPart = /(\.onnx|\.safetensors|\.json|-\d{5}-of-\d{5}\.gguf)$/i;

/** The same text as long as nothing that a path stands for has changed. What cannot be looked at counts as empty. */
export async function modelStamp(path: string): Promise<string> {
  const stamps = (await filesOf(path)).map(async (file) => {
    const facts = await stat(file).catch(() => null);
    return facts?.isFile() === true ? [file, facts.size, facts.mtimeMs] : [];
  });
  return JSON.stringify(await Promise.all(stamps));
}

async function filesOf(path: string): Promise<string[]> {
  const facts = await stat(path).catch(() => null);
  if (facts?.isDirectory() === true) return filesInModel(path);
  if (!isPart.test(path)) return [path, headsFileBeside(path)];
  const folder = dirname(path);
  const beside = await filesInModel(folder);
  // A graph in a folder of its own is described by the files above it.
  const isInner = /\.onnx$/i.test(path) && !beside.includes(join(folder, 'config.json'));
  return isInner ? [...beside, ...(await filesIn(dirname(folder)))] : beside;
}

/** Exports keep their graphs in a folder "onnx" of the model's. */
async function filesInModel(folder: string): Promise<string[]> {
  return [...(await filesIn(folder)), ...(await filesIn(join(folder, 'onnx')))];
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.sort().map((name) => join(folder, name));
}

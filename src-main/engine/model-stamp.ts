/** Whether a model has changed since it was loaded: told by the sizes and times of change of its files. */
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Files that are not a whole model: others in their folder belong to it. */
const isPart = /(\.onnx|\.safetensors|\.json|-\d{5}-of-\d{5}\.gguf)$/i;

/** The same text as long as nothing that a path stands for has changed. What cannot be looked at counts as empty. */
export async function modelStamp(path: string): Promise<string> {
  const facts = await stat(path).catch(() => null);
  if (facts?.isDirectory() === true) return folderStamp(path);
  if (isPart.test(path)) return folderStamp(dirname(path));
  return JSON.stringify([facts?.size, facts?.mtimeMs]);
}

/** Exports keep their graphs in a folder "onnx" of the model's. */
async function folderStamp(folder: string): Promise<string> {
  const names = await Promise.all(['', 'onnx'].map((inner) => namesIn(folder, inner)));
  const stamps = names.flat().map(async (name) => {
    const facts = await stat(join(folder, name)).catch(() => null);
    return facts?.isFile() === true ? [name, facts.size, facts.mtimeMs] : [];
  });
  return JSON.stringify(await Promise.all(stamps));
}

async function namesIn(folder: string, inner: string): Promise<string[]> {
  const names = await readdir(join(folder, inner)).catch(() => []);
  return names.sort().map((name) => join(inner, name));
}

import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { DeviceName } from '../../src-main/contract/engine.ts';
import { sessionOptions } from '../../src-main/engine/devices/session-options.ts';
import { createFolderTokenizer } from '../../src-main/engine/folders/folder-tokenizer.ts';
import { assembleGenerator, type Generator } from '../../src-main/engine/generator/generator.ts';
import { loadGenerator } from '../../src-main/engine/generator/load-generator.ts';
import { ExportDecoder } from '../../src-main/engine/onnx/export-decoder.ts';
import { openExportFolder } from '../../src-main/engine/onnx/export-folder.ts';
import { describeExport } from '../../src-main/engine/onnx/exported-generator.ts';
import { SteppedSession } from '../../src-main/engine/onnx/stepped-session.ts';
import { readFixture } from './generator-fixtures.ts';

/** Greedy answers of transformers.js (test/fixtures/onnx_exports.mjs). */
export interface ExportAnswers {
  prompts: string[];
  promptIds: number[][];
  exports: { name: string; form: string; answers: number[][] }[];
}

export function readExportAnswers(): ExportAnswers {
  return readFixture('onnx-exports.json') as ExportAnswers;
}

/** Every ONNX file of the fixtures. */
export const exportFiles = [
  'llama/onnx/model.onnx',
  'llama/onnx/model_fp16.onnx',
  'llama/onnx/model_q4.onnx',
  'llama/onnx/model_q4f16.onnx',
  'llama/onnx/model_int8.onnx',
  'gemma3/onnx/model.onnx',
  'llama-genai/model.onnx',
] as const;

/** The tiny exports of test/fixtures/onnx_exports.py, unpacked into a folder that `remove` removes. */
export async function unpackExports(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const packed = fileURLToPath(new URL('../fixtures/onnx-exports', import.meta.url));
  const folder = await mkdtemp(join(tmpdir(), 'winnow-exports-'));
  for (const entry of await readdir(packed, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(folder, source.slice(packed.length));
    await mkdir(dirname(target), { recursive: true });
    if (!target.endsWith('.gz')) await cp(source, target);
    else await writeFile(target.slice(0, -3), gunzipSync(await readFile(source)));
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

export function loadExport(path: string, device: DeviceName = 'cpu'): Promise<Generator> {
  return loadGenerator({ path, device, preparedFolder: join(path, 'never-written') });
}

/** The same model as one that is loaded, run once for each token. */
export async function loadSteppedExport({ facts }: Generator): Promise<Generator> {
  const found = await openExportFolder(facts.path);
  if (found === null) throw new Error(`no export at ${facts.path}`);
  const { folder, file, shape, geometry } = await describeExport(found, 'cpu');
  const onnx = join(folder.path, file);
  const session = await SteppedSession.load(onnx, shape, sessionOptions('cpu'));
  const tokenizer = await createFolderTokenizer(folder);
  const cache = { ...geometry, runTokens: session.mostSteps };
  const decoder = new ExportDecoder(session, shape, cache);
  return assembleGenerator({ facts: { ...facts, cache }, decoder, tokenizer });
}

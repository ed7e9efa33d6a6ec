/** Folders as they come from the Hugging Face hub, written once from a GGUF file and kept for the next time. */
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readModelFacts } from '../../../../src-main/engine/gguf/model-facts.ts';
import { openGgufFile } from '../../../../src-main/engine/gguf/open.ts';
import type { GgufFile, ModelFacts } from '../../../../src-main/engine/gguf/types.ts';
import { WeightsFile } from '../../../../src-main/engine/graph/weights-file.ts';
import { decoderGraph, storeWeights } from './decoder-graph.ts';
import { writeSafetensors } from './safetensors.ts';
import { huggingFaceConfig, huggingFaceTensors } from './tensors.ts';

/** What a folder is for: `onnx/model.onnx` for transformers.js, `model.safetensors` for vLLM. */
export type FolderKind = 'onnx' | 'safetensors';

/** Raised whenever what is written changes, so that older folders are not used any more. */
const version = 1;

/**
 * The folder of that kind for a GGUF file, below `parent`.
 * @throws Error where the model is not of the plain llama architecture, or the disk is full
 */
export async function huggingFaceFolder(
  kind: FolderKind,
  ggufPath: string,
  parent: string,
): Promise<string> {
  const { size, mtimeMs } = await stat(ggufPath);
  const folder = join(parent, `${kind}-v${version}-${size}-${Math.round(mtimeMs)}`);
  if (await isThere(folder)) return folder;
  const partial = `${folder}.partial-${process.pid}`;
  const file = await openGgufFile(ggufPath);
  try {
    await mkdir(partial, { recursive: true });
    const facts = await readModelFacts(file);
    await writeFile(join(partial, 'config.json'), JSON.stringify(huggingFaceConfig(facts)));
    await writeFile(join(partial, 'generation_config.json'), '{}');
    if (kind === 'onnx') await writeDecoder(file, facts, join(partial, 'onnx'));
    else {
      const tensors = huggingFaceTensors(file, facts);
      await writeSafetensors(join(partial, 'model.safetensors'), tensors);
    }
    await rename(partial, folder);
  } finally {
    await file.close();
    await rm(partial, { recursive: true, force: true });
  }
  return folder;
}

/** Writes `model.onnx` and, beside it, its weights. */
export async function writeDecoder(
  file: GgufFile,
  facts: ModelFacts,
  folder: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const weights = await WeightsFile.create(folder, 'model.onnx_data');
  try {
    await storeWeights(huggingFaceTensors(file, facts), facts, weights);
    const graph = decoderGraph(facts);
    weights.declare(graph);
    await writeFile(join(folder, 'model.onnx'), graph.encode());
  } finally {
    await weights.close();
  }
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadProgress } from '../../contract/engine.ts';
import { cancelled } from '../../contract/errors.ts';
import type { GgufFile, ModelFacts } from '../gguf/types.ts';
import { buildDecodeGraph } from '../graph/decode-graph.ts';
import { storeFp32Weights } from '../graph/fp32-weights.ts';
import { buildStepGraph } from '../graph/step-graph.ts';
import { storeStoredWeights } from '../graph/stored-weights.ts';
import { WeightsFile } from '../graph/weights-file.ts';
import { graphFile, preparedModel, stepGraphFile, weightsFile } from './prepared-model.ts';

/** How the linear layers are computed: the reference, or the numbers as they are stored. */
export type LinearForm = 'fp32' | 'stored';

export interface PrepareOptions {
  preparedFolder: string;
  form: LinearForm;
  onProgress: (progress: LoadProgress) => void;
  shouldStop: () => boolean;
}

/**
 * Makes sure that a model is prepared.
 * @returns its folder, and the SHA-256 of the model's files, one behind the other, in hexadecimal
 * @throws prepare-failed, cancelled, and the errors of reading the file
 */
export async function prepareModel(
  file: GgufFile,
  facts: ModelFacts,
  { preparedFolder, form, onProgress, shouldStop }: PrepareOptions,
): Promise<{ folder: string; contentHash: string }> {
  const report = (step: LoadProgress['step'], fraction: number) => {
    if (shouldStop()) throw cancelled();
    onProgress({ step, fraction });
  };
  const contentHash = await hashFiles(file, (fraction) => report('checking', fraction));
  const folder = await preparedModel(preparedFolder, { contentHash, form }, async (target) => {
    report('preparing', 0);
    const weights = await WeightsFile.create(target, weightsFile);
    try {
      const store = form === 'fp32' ? storeFp32Weights : storeStoredWeights;
      const stored = await store(file, facts, weights, (fraction) =>
        report('preparing', 0.9 * fraction),
      );
      const graphs = [
        [graphFile, buildDecodeGraph(facts, stored)],
        [stepGraphFile, buildStepGraph(facts, stored)],
      ] as const;
      for (const [name, graph] of graphs) {
        weights.declare(graph);
        await writeFile(join(target, name), graph.encode());
      }
    } finally {
      await weights.close();
    }
    report('preparing', 1);
  });
  return { folder, contentHash };
}

async function hashFiles(
  { files, sizeBytes }: GgufFile,
  onPart: (fraction: number) => void,
): Promise<string> {
  const hash = createHash('sha256');
  let done = 0;
  for (const path of files) {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 22 })) {
      hash.update(chunk as Buffer);
      done += (chunk as Buffer).length;
      onPart(done / sizeBytes);
    }
  }
  return hash.digest('hex');
}

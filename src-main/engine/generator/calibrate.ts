/**
 * Finds how large the inputs of a model's linear layers get, by reading a few texts once. The weights are taken as they
 * are stored: that is the smallest form, so a model that fits into memory in 8 bits can be calibrated there too.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sessionOptions } from '../devices/session-options.ts';
import type { GgufFile, ModelFacts } from '../gguf/types.ts';
import type { LinearName } from '../graph/model-weights.ts';
import { buildStepGraph } from '../graph/step-graph.ts';
import { storeStoredWeights } from '../graph/stored-weights.ts';
import { largestInputs, watchedWeights, type LargestInputs } from '../graph/watched-weights.ts';
import { WeightsFile } from '../graph/weights-file.ts';
import { loadOnnxRuntime } from '../onnxruntime.ts';
import { emptyStepCache, stepFeeds } from './step-feeds.ts';

/**
 * Reads the texts with a model.
 * @param texts ids of their tokens
 * @param folder what is written there meanwhile is removed again
 * @param onPart is told the share that is done; what it throws ends the work
 */
export async function calibrate(
  file: GgufFile,
  facts: ModelFacts,
  { texts, folder, onPart }: CalibrationOptions,
): Promise<LargestInputs> {
  const own = await mkdtemp(join(folder, 'calibration-'));
  try {
    const watched: LinearName[] = [];
    const graphPath = join(own, 'watched.onnx');
    const weights = await WeightsFile.create(own, 'weights.bin');
    try {
      const stored = await storeStoredWeights(file, facts, weights, (part) => onPart(part / 2));
      const graph = buildStepGraph(facts, watchedWeights(stored, watched));
      weights.declare(graph);
      await writeFile(graphPath, graph.encode());
    } finally {
      await weights.close();
    }
    return await readTexts(graphPath, facts, { watched, texts, onPart });
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

interface CalibrationOptions {
  texts: readonly (readonly number[])[];
  folder: string;
  onPart: (fraction: number) => void;
}

async function readTexts(
  graphPath: string,
  facts: ModelFacts,
  options: Pick<CalibrationOptions, 'texts' | 'onPart'> & { watched: readonly LinearName[] },
): Promise<LargestInputs> {
  const { watched, texts, onPart } = options;
  const { InferenceSession, Tensor } = await loadOnnxRuntime();
  const session = await InferenceSession.create(graphPath, sessionOptions('cpu'));
  const largest = new Map<LinearName, Float32Array>();
  try {
    for (const [index, ids] of texts.entries()) {
      const feeds = stepFeeds(Tensor, facts, [ids], emptyStepCache(facts));
      const results = await session.run(feeds, watched.map(largestInputs));
      for (const name of watched) {
        const sizes = results[largestInputs(name)]?.data as Float32Array;
        const before = largest.get(name);
        largest.set(name, before?.map((size, i) => Math.max(size, sizes[i] ?? 0)) ?? sizes);
      }
      onPart((1 + (index + 1) / texts.length) / 2);
    }
  } finally {
    await session.release();
  }
  return largest;
}

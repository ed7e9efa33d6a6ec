import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LinearForm, LoadProgress } from '../../contract/engine.ts';
import { cancelled, WinnowError } from '../../contract/errors.ts';
import { unrolledSteps } from '../devices/decode-paths.ts';
import type { GgufFile, ModelFacts } from '../gguf/types.ts';
import { buildDecodeGraph } from '../graph/decode-graph.ts';
import { buildDeviceGraph } from '../graph/device-graph.ts';
import { embeddingBytes } from '../graph/embedding.ts';
import { storeFp32Weights } from '../graph/fp32-weights.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { ModelWeights } from '../graph/model-weights.ts';
import { buildStepGraph } from '../graph/step-graph.ts';
import { storeInt8Weights } from '../graph/int8-weights.ts';
import { storeStoredWeights } from '../graph/stored-weights.ts';
import { WeightsFile } from '../graph/weights-file.ts';
import { calibrate } from './calibrate.ts';
import { weightBytes } from './choose-form.ts';
import {
  deviceGraphFile,
  graphFile,
  preparedModel,
  stepGraphFile,
  weightsFile,
} from './prepared-model.ts';

export interface PrepareOptions {
  preparedFolder: string;
  form: LinearForm;
  /** The texts that `int8` is calibrated with, as ids of tokens; the other forms need none. */
  calibrationTexts?: () => Promise<number[][]>;
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
  { preparedFolder, form, calibrationTexts, onProgress, shouldStop }: PrepareOptions,
): Promise<{ folder: string; contentHash: string }> {
  const report = (step: LoadProgress['step'], fraction: number) => {
    if (shouldStop()) throw cancelled();
    onProgress({ step, fraction });
  };
  const before = await stampOf(file);
  const contentHash = await hashFiles(file, (fraction) => report('checking', fraction));
  const parts = {
    contentHash,
    form,
    name: facts.name,
    bytes: weightBytes(file, facts, form) + embeddingBytes(file),
  };
  const folder = await preparedModel(preparedFolder, parts, async (target) => {
    report('preparing', 0);
    const store = await storeAs(form, file, facts, {
      texts: calibrationTexts,
      folder: target,
      onPart: (fraction) => report('preparing', 0.5 * fraction),
    });
    const weights = await WeightsFile.create(target, weightsFile);
    try {
      const stored = await store(file, facts, weights, (fraction) =>
        report('preparing', form === 'int8' ? 0.5 + 0.4 * fraction : 0.9 * fraction),
      );
      await writeGraphs(target, graphsOf(facts, stored), weights);
    } finally {
      await weights.close();
    }
    // The name of what was prepared is the hash of what was read before: they have to be one.
    if ((await stampOf(file)) !== before) throw changedWhileRead();
    report('preparing', 1);
  });
  return { folder, contentHash };
}

async function writeGraphs(
  folder: string,
  graphs: readonly (readonly [string, GraphBuilder])[],
  weights: WeightsFile,
): Promise<void> {
  for (const [name, graph] of graphs) {
    weights.declare(graph);
    await writeFile(join(folder, name), graph.encode());
  }
}

/** The graphs of a model, by their files. One that judges has a single graph, which gives what it thinks of every token. */
function graphsOf(facts: ModelFacts, stored: ModelWeights): (readonly [string, GraphBuilder])[] {
  if (facts.head !== null) return [[graphFile, buildStepGraph(facts, stored, 'all')]];
  return [
    [graphFile, buildDecodeGraph(facts, stored)],
    [stepGraphFile, buildStepGraph(facts, stored)],
    ...unrolledSteps.map(
      (unrolled) =>
        [deviceGraphFile(unrolled), buildDeviceGraph(facts, stored, { unrolled })] as const,
    ),
  ];
}

/** What writes a model's weights in a form; for `int8` it is calibrated first. */
export async function storeAs(
  form: LinearForm,
  file: GgufFile,
  facts: ModelFacts,
  { texts, ...options }: CalibrationPlan,
): Promise<typeof storeFp32Weights> {
  if (form !== 'int8') return form === 'fp32' ? storeFp32Weights : storeStoredWeights;
  if (texts === undefined) throw new RangeError('the 8-bit form needs texts to be calibrated with');
  const largest = await calibrate(file, facts, { ...options, texts: await texts() });
  return (model, modelFacts, weights, onPart) =>
    storeInt8Weights(model, modelFacts, weights, { largest, onPart });
}

interface CalibrationPlan {
  texts: PrepareOptions['calibrationTexts'];
  folder: string;
  onPart: (fraction: number) => void;
}

/** Sizes and times of change of a model's files; empty where one is gone. */
async function stampOf({ files }: GgufFile): Promise<string> {
  const facts = await Promise.all(files.map((path) => stat(path).catch(() => null)));
  if (facts.includes(null)) return '';
  return JSON.stringify(facts.map((fact) => [fact?.size, fact?.mtimeMs]));
}

function changedWhileRead(cause?: unknown): WinnowError {
  return new WinnowError(
    'model-unreadable',
    'The model file was changed or removed while it was being prepared.',
    'If it is still being downloaded or copied, wait until that has ended, then try again.',
    {},
    { cause },
  );
}

async function hashFiles(
  { files, sizeBytes }: GgufFile,
  onPart: (fraction: number) => void,
): Promise<string> {
  const hash = createHash('sha256');
  let done = 0;
  for (const path of files) {
    const stream = createReadStream(path, { highWaterMark: 1 << 22 });
    try {
      for await (const chunk of stream) {
        hash.update(chunk as Buffer);
        done += (chunk as Buffer).length;
        onPart(done / sizeBytes);
      }
    } catch (error) {
      throw error instanceof WinnowError ? error : changedWhileRead(error);
    }
  }
  return hash.digest('hex');
}

/** What the plain step graph is fed with, for whoever runs it: the reference, the calibration, the benchmarks. */
import type { DecoderShape } from '../graph/model-weights.ts';
import { stepInputs } from '../graph/step-graph.ts';
import type { loadOnnxRuntime, Tensor } from '../onnxruntime.ts';
import { rotationTables } from './rotation.ts';

type TensorMaker = Awaited<ReturnType<typeof loadOnnxRuntime>>['Tensor'];

/** For each layer keys and values, `[rows, kvHeads, tokens, headSize]`. */
export interface StepCache {
  rows: number;
  tokens: number;
  keys: Float32Array[];
  values: Float32Array[];
}

/** The cache before anything is read, of one row. */
export function emptyStepCache({ layers }: DecoderShape): StepCache {
  const none = Array.from({ length: layers }, () => new Float32Array(0));
  return { rows: 1, tokens: 0, keys: none, values: none };
}

/**
 * The inputs of one run.
 * @param tokens the same number for every row
 */
export function stepFeeds(
  TensorClass: TensorMaker,
  shape: DecoderShape,
  tokens: readonly (readonly number[])[],
  past: StepCache,
): Record<string, Tensor> {
  const { layers, keyValueHeads, headSize, ropeDimension, slidingWindow } = shape;
  const rows = tokens.length;
  const count = tokens[0]?.length ?? 0;
  const { ropes } = rotationTables(shape, past.tokens, count);
  const ids = BigInt64Array.from(tokens.flat(), BigInt);
  const lines = BigInt64Array.from(
    tokens.flatMap((row) => row.map((_, line) => line)),
    BigInt,
  );
  const tables = [count, ropeDimension / 2];
  const cacheShape = [rows, keyValueHeads, past.tokens, headSize];
  const mask = (window: number) => {
    const dims = [count, past.tokens + count];
    return new TensorClass('float32', causalMask(count, past.tokens, window), dims);
  };
  const feeds: Record<string, Tensor> = {
    [stepInputs.tokens]: new TensorClass('int64', ids, [rows, count]),
    [stepInputs.lines]: new TensorClass('int64', lines, [rows, count]),
    [stepInputs.mask]: mask(Infinity),
  };
  for (const [rope, { cosines, sines }] of ropes.entries()) {
    feeds[stepInputs.cosines(rope)] = new TensorClass('float32', cosines, tables);
    feeds[stepInputs.sines(rope)] = new TensorClass('float32', sines, tables);
  }
  if (slidingWindow !== null) feeds[stepInputs.windowMask] = mask(slidingWindow);
  for (let layer = 0; layer < layers; layer++) {
    const [keys, values] = [past.keys[layer], past.values[layer]];
    if (keys === undefined || values === undefined) throw new RangeError(`no layer ${layer}`);
    feeds[stepInputs.pastKeys(layer)] = new TensorClass('float32', keys, cacheShape);
    feeds[stepInputs.pastValues(layer)] = new TensorClass('float32', values, cacheShape);
  }
  return feeds;
}

/** `[count, past + count]`: a token sees itself and what came before, within the window. */
function causalMask(count: number, past: number, window: number): Float32Array {
  const mask = new Float32Array(count * (past + count));
  for (let row = 0; row < count; row++) {
    const start = row * (past + count);
    mask.fill(-Infinity, start, start + Math.max(past + row + 1 - window, 0));
    mask.fill(-Infinity, start + past + row + 1, start + past + count);
  }
  return mask;
}

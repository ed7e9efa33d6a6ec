/** Reads chunks of texts with a decoder that judges: the plain step graph, which ends in the model's head. */
import type { DeviceName } from '../../contract/engine.ts';
import { explainDeviceFault } from '../devices/device-faults.ts';
import { sessionOptions } from '../devices/session-options.ts';
import type { DecoderShape } from '../graph/model-weights.ts';
import { stepFeeds, type StepCache } from '../generator/step-feeds.ts';
import { stepOutputs } from '../graph/step-graph.ts';
import { loadOnnxRuntime } from '../onnxruntime.ts';
import type { ChunkReader } from './chunk-scorer.ts';
import { explainLoad, explainRun } from './faults.ts';
import { weightedSum, type RewardHead } from './heads.ts';
import type { ReadChunk } from './text-cache.ts';

export interface DecoderReaderOptions {
  /** The prepared graph. */
  path: string;
  shape: DecoderShape;
  heads: readonly RewardHead[];
  chunkTokens: number;
  device: DeviceName;
}

/**
 * Loads the graph.
 * @throws WinnowError out-of-memory, device-failed, engine-failed; so does reading
 */
export async function openDecoderReader(options: DecoderReaderOptions): Promise<ChunkReader> {
  const { path, shape, heads, chunkTokens, device } = options;
  const { InferenceSession, Tensor } = await loadOnnxRuntime();
  const session = await InferenceSession.create(path, sessionOptions(device)).catch(
    (error: unknown) => {
      throw device === 'cpu' ? explainLoad(error) : explainDeviceFault(error, device);
    },
  );
  return {
    chunkTokens,
    read: async (tokens, before) => {
      const padding = Array.from({ length: chunkTokens - tokens.length }, () => 0);
      const past = joined(before, shape, chunkTokens);
      const feeds = stepFeeds(Tensor, shape, [[...tokens, ...padding]], past);
      const results = await session.run(feeds).catch((error: unknown) => {
        throw device === 'cpu' ? explainRun(error) : explainDeviceFault(error, device);
      });
      const numbersOf = (name: string) => results[name]?.data as Float32Array;
      const layers = Array.from({ length: shape.layers }, (_, layer) => layer);
      const added = (name: string) => lastTokens(numbersOf(name), shape, chunkTokens);
      const numbers = numbersOf(stepOutputs.logits);
      const last = (tokens.length - 1) * heads.length;
      return {
        reward: weightedSum([...numbers.subarray(last, last + heads.length)], heads),
        keys: layers.map((layer) => added(stepOutputs.keys(layer))),
        values: layers.map((layer) => added(stepOutputs.values(layer))),
      };
    },
    close: () => session.release(),
  };
}

/** The chunks as one cache of one row, `[1, kvHeads, tokens, headSize]` for each layer. */
function joined(
  chunks: readonly ReadChunk[],
  { layers, keyValueHeads, headSize }: DecoderShape,
  chunkTokens: number,
): StepCache {
  const length = chunkTokens * headSize;
  const join = (partOf: (chunk: ReadChunk) => Float32Array | undefined) => {
    const all = new Float32Array(keyValueHeads * chunks.length * length);
    for (const [index, chunk] of chunks.entries()) {
      for (let head = 0; head < keyValueHeads; head++) {
        const part = partOf(chunk)?.subarray(head * length, (head + 1) * length) ?? [];
        all.set(part, (head * chunks.length + index) * length);
      }
    }
    return all;
  };
  const each = Array.from({ length: layers }, (_, layer) => layer);
  return {
    rows: 1,
    tokens: chunks.length * chunkTokens,
    keys: each.map((layer) => join(({ keys }) => keys[layer])),
    values: each.map((layer) => join(({ values }) => values[layer])),
  };
}

/** The last tokens of each head: `[1, kvHeads, all, headSize]` → `[kvHeads, tokens, headSize]`. */
function lastTokens(
  all: Float32Array,
  { keyValueHeads, headSize }: DecoderShape,
  tokens: number,
): Float32Array {
  const length = tokens * headSize;
  const step = all.length / keyValueHeads;
  const last = new Float32Array(keyValueHeads * length);
  for (let head = 0; head < keyValueHeads; head++) {
    const end = (head + 1) * step;
    last.set(all.subarray(end - length, end), head * length);
  }
  return last;
}

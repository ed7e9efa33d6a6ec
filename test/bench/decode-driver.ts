/** Drives a decode graph directly: a fixed number of rows that never end, so that every engine does the same work. */
import type { SamplingSettings } from '../../src-main/contract/engine.ts';
import { uniformNumber } from '../../src-main/domain/random.ts';
import type { DecodeSession } from '../../src-main/engine/generator/decode-session.ts';
import { AnswerCache } from '../../src-main/engine/generator/lane-cache.ts';
import { PromptCache } from '../../src-main/engine/generator/prompt-cache.ts';
import { rotationTables } from '../../src-main/engine/generator/rotation.ts';
import { RunSizing } from '../../src-main/engine/generator/run-sizing.ts';
import type { ModelFacts } from '../../src-main/engine/gguf/types.ts';
import { blockTokens } from '../../src-main/engine/graph/model-weights.ts';

export const benchSampling: SamplingSettings = {
  temperature: 1,
  topK: 0,
  topP: 1,
  minP: 0,
  repetitionPenalty: 1,
};

export interface DriveResult {
  /** Of the steps alone, without the prompt. */
  milliseconds: number;
  /** For each run of the graph: answer tokens before it, steps, milliseconds. */
  runs: { position: number; steps: number; milliseconds: number }[];
  /** The most bytes of cache held: the prompt's, the rows', and one run's tokens a second time. */
  peakBytes: number;
  /** Held at the end. */
  cacheBytes: number;
  /** This process's memory, in bytes, while that cache was held. */
  residentBytes: number;
}

/** Writes `tokens` tokens for `rows` rows. */
export async function drive(
  session: DecodeSession,
  model: ModelFacts,
  { promptIds, rows, tokens }: { promptIds: readonly number[]; rows: number; tokens: number },
): Promise<DriveResult> {
  const end = promptIds.length - 1;
  const prompt = new PromptCache(model, end);
  for (let at = 0; at < end; at += 64) {
    const ids = promptIds.slice(at, Math.min(at + 64, end));
    await session.readChunk(ids, prompt, rotationTables(model, at, ids.length));
  }
  const cache = new AnswerCache(model, rows, tokens);
  const sizing = new RunSizing(8);
  let next = new Array<number>(rows).fill(promptIds.at(-1) ?? 0);
  const runs: DriveResult['runs'] = [];
  let peakBytes = 0;
  while (cache.tokens < tokens) {
    const position = cache.tokens;
    const room = Math.min(tokens - position, blockTokens - cache.runningTokens);
    const steps = Math.min(sizing.steps(rows), room);
    const began = performance.now();
    const result = await session.steps({
      steps,
      tokens: next,
      ended: next.map(() => false),
      prompt,
      cache,
      rotation: rotationTables(model, end + position, steps),
      uniforms: uniforms(rows, position, steps),
      seen: next.map(() => []),
      endTokens: [],
      sampling: benchSampling,
      logProbabilities: false,
    });
    const before = cache.bytes;
    cache.append(result.steps, result.written);
    const milliseconds = performance.now() - began;
    sizing.measured(rows, steps, milliseconds);
    runs.push({ position, steps, milliseconds });
    peakBytes = Math.max(peakBytes, prompt.bytes + 2 * cache.bytes - before);
    next = Array.from(result.tokens.subarray((steps - 1) * rows), Number);
  }
  const milliseconds = runs.reduce((sum, run) => sum + run.milliseconds, 0);
  const cacheBytes = prompt.bytes + cache.bytes;
  return { milliseconds, runs, peakBytes, cacheBytes, residentBytes: process.memoryUsage.rss() };
}

function uniforms(rows: number, position: number, steps: number): Float32Array {
  return Float32Array.from({ length: steps * rows }, (_, i) =>
    uniformNumber(1, i % rows, position + Math.floor(i / rows)),
  );
}

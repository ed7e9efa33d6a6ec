import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BeginLaneRequest, SamplingSettings } from '../../src-main/contract/engine.ts';
import { uniformNumber } from '../../src-main/domain/random.ts';
import {
  loadBuiltGenerator,
  type BuiltGenerator,
} from '../../src-main/engine/generator/built-generator.ts';
import type {
  GeneratorLane,
  LoadGeneratorOptions,
} from '../../src-main/engine/generator/generator.ts';
import { writeTinyGguf, type TinyGgufOptions } from './tiny-gguf.ts';

/** Everything off: the model's own distribution. */
export const plainSampling: SamplingSettings = {
  temperature: 1,
  topK: 0,
  topP: 1,
  minP: 0,
  repetitionPenalty: 1,
};

/** A folder that is removed by the returned function. */
export async function temporaryFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-test-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Writes a tiny model with random weights and loads it. */
export async function loadTinyGenerator(
  folder: string,
  options: TinyGgufOptions = {},
  load: Partial<LoadGeneratorOptions> = {},
): Promise<BuiltGenerator> {
  const path = await writeTinyGguf(folder, options);
  return loadBuiltGenerator({
    path,
    preparedFolder: join(folder, 'prepared'),
    device: 'cpu',
    ...load,
  });
}

export function laneRequest(request: Partial<BeginLaneRequest> = {}): BeginLaneRequest {
  return {
    prompt: 'Tell me about rain, please.',
    seed: 7,
    sampling: plainSampling,
    maxTokens: 64,
    logProbabilities: true,
    ...request,
  };
}

/** Advances in the given steps, over and over, until every row has finished. */
export async function writeToEnd(lane: GeneratorLane, steps: readonly number[]): Promise<void> {
  for (let call = 0; ; call++) {
    const { live } = await lane.advance(steps[call % steps.length] ?? 1);
    if (live.length === 0) return;
  }
}

/** Whole numbers from 1 to `most` that look random and are always the same. */
export function randomSteps(seed: number, count: number, most: number): number[] {
  return Array.from(
    { length: count },
    (_, call) => 1 + Math.floor(uniformNumber(seed, 0, call) * most),
  );
}

/** What a candidate wrote, and the bits of its log-probabilities. */
export function written(lane: GeneratorLane, candidate: number) {
  return {
    tokens: lane.tokensOf(candidate),
    logProbabilities: lane.logProbabilitiesOf(candidate),
  };
}

/** Lanes on the graph for graphics cards, held against the same lanes on the decode graph. */
import { expect } from 'vitest';
import type { BuiltGenerator } from '../../src-main/engine/generator/built-generator.ts';
import { assembleGenerator, type Generator } from '../../src-main/engine/generator/generator.ts';
import { openDecoder } from '../../src-main/engine/generator/open-decoder.ts';
import { laneRequest, plainSampling, writeToEnd, written } from './tiny-generator.ts';

/** The same model through the graph for graphics cards, here on the CPU. */
export async function throughDeviceGraph(
  built: BuiltGenerator,
  stepsPerRun: number,
): Promise<{ generator: Generator; close: () => Promise<void> }> {
  const decoder = await openDecoder(built.folder, built.model, {
    device: 'cpu',
    geometry: built.facts.cache,
    path: { kind: 'unrolled', stepsPerRun, cache: 'host' },
  });
  const { tokenizer, facts } = built;
  const generator = assembleGenerator({
    facts: { ...facts, cache: decoder.geometry },
    decoder,
    tokenizer,
  });
  return { generator, close: () => decoder.close() };
}

export type Answer = ReturnType<typeof written>;

const candidates = [0, 1, 2, 3, 4];

/** A lane in which rows end, are dropped, and cross the borders of blocks. */
export async function busyLane(generator: Generator, sampling = plainSampling): Promise<Answer[]> {
  const lane = await generator.beginLane(laneRequest({ sampling, maxTokens: 40 }));
  await lane.start(candidates);
  await lane.advance(3);
  await lane.advance(15);
  await lane.keep(candidates.filter((index) => index !== 1));
  await writeToEnd(lane, [7]);
  const all = candidates.map((index) => written(lane, index));
  await lane.end();
  return all;
}

/**
 * The same tokens, with log-probabilities that are the same but for rounding. A random number can lie so near the border
 * between two tokens that rounding decides; then that answer goes another way, which may happen to one of them.
 */
export function expectSameAnswers(actual: readonly Answer[], expected: readonly Answer[]): void {
  let apart = 0;
  for (const [row, { tokens, logProbabilities }] of actual.entries()) {
    const reference = expected[row];
    const end = tokens.findIndex((token, place) => token !== reference?.tokens[place]);
    if (end >= 0 || tokens.length !== reference?.tokens.length) apart += 1;
    for (const [place, value] of logProbabilities.slice(0, end < 0 ? undefined : end).entries()) {
      expect(value).toBeCloseTo(reference?.logProbabilities[place] ?? NaN, 3);
    }
  }
  expect(apart, 'answers that went another way').toBeLessThanOrEqual(1);
}

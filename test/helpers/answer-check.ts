/** Whether a generator gives what transformers gives. */
import { expect } from 'vitest';
import type { BuiltGenerator } from '../../src-main/engine/generator/built-generator.ts';
import type { ArchitectureFixture } from './architecture-fixtures.ts';
import { loadReferenceOf } from './golden-check.ts';
import { laneRequest, plainSampling, writeToEnd } from './tiny-generator.ts';

/** Of the logits, whose deviation is about 2, and of log-probabilities. */
const closeEnough = 1e-3;

/** The same logits after the prompt, greedy answer and log-probabilities. */
export async function expectAnswerOf(
  generator: BuiltGenerator,
  fixture: ArchitectureFixture,
): Promise<void> {
  const reference = await loadReferenceOf(generator);
  try {
    const logits = await reference.logitsAfter(fixture.promptIds);
    expect(largestDistance(logits, fixture.logits)).toBeLessThan(closeEnough);
  } finally {
    await reference.close();
  }
  const lane = await generator.beginLane(
    laneRequest({
      prompt: fixture.prompt,
      sampling: { ...plainSampling, temperature: 0 },
      maxTokens: fixture.answerIds.length,
    }),
  );
  expect(lane.promptIds).toEqual(fixture.promptIds);
  await lane.start([0]);
  await writeToEnd(lane, [5]);
  expect(lane.tokensOf(0)).toEqual(fixture.answerIds);
  const distance = largestDistance(lane.logProbabilitiesOf(0), fixture.logProbabilities);
  expect(distance).toBeLessThan(closeEnough);
  await lane.end();
}

export function largestDistance(some: ArrayLike<number>, others: readonly number[]): number {
  expect(some.length).toBe(others.length);
  return Math.max(...others.map((other, index) => Math.abs(other - (some[index] ?? NaN))));
}

import { afterEach, describe, expect, it } from 'vitest';
import { architectures } from '../../../../src-main/engine/gguf/architectures/index.ts';
import {
  loadArchitecture,
  readArchitectureFixtures,
  type ArchitectureFixture,
} from '../../../helpers/architecture-fixtures.ts';
import { loadReferenceOf } from '../../../helpers/golden-check.ts';
import {
  laneRequest,
  plainSampling,
  temporaryFolder,
  writeToEnd,
} from '../../../helpers/tiny-generator.ts';

const fixtures = readArchitectureFixtures();
/** Of the logits, whose deviation is about 2, and of log-probabilities. */
const closeEnough = 1e-3;

const clean: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of clean.splice(0).reverse()) await end();
});

async function load({ name }: ArchitectureFixture, form: 'fp32' | 'stored' = 'fp32') {
  const { folder, remove } = await temporaryFolder();
  clean.push(remove);
  const generator = await loadArchitecture(name, folder, { form });
  clean.push(() => generator.close());
  return generator;
}

async function logitsOf(fixture: ArchitectureFixture, form: 'fp32' | 'stored') {
  const generator = await load(fixture, form);
  const reference = await loadReferenceOf(generator);
  clean.push(() => reference.close());
  return reference.logitsAfter(fixture.promptIds);
}

function largestDistance(some: ArrayLike<number>, others: readonly number[]): number {
  expect(some.length).toBe(others.length);
  return Math.max(...others.map((other, index) => Math.abs(other - (some[index] ?? NaN))));
}

describe('the architectures', () => {
  it('all have a tiny model of transformers’ to be compared with', () => {
    const compared = new Set(fixtures.map(({ architecture }) => architecture));
    expect(architectures.map(({ name }) => name).sort()).toEqual([...compared].sort());
  });
});

describe.each(fixtures.map((fixture) => [fixture.name, fixture] as const))('%s', (_, fixture) => {
  it('gives the logits that transformers gives', async () => {
    const logits = await logitsOf(fixture, 'fp32');
    expect(largestDistance(logits, fixture.logits)).toBeLessThan(closeEnough);
  });

  it('gives nearly the same logits with weights as they are stored', async () => {
    const logits = await logitsOf(fixture, 'stored');
    // The rest is the rounding of the activations to 8 bits.
    expect(largestDistance(logits, fixture.logits)).toBeLessThan(0.5);
  });

  it('writes the greedy answer that transformers writes', async () => {
    const generator = await load(fixture);
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
  });
});

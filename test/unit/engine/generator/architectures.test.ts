import { afterEach, describe, expect, it } from 'vitest';
import { architectures } from '../../../../src-main/engine/gguf/architectures/index.ts';
import { expectAnswerOf, largestDistance } from '../../../helpers/answer-check.ts';
import {
  loadArchitecture,
  readArchitectureFixtures,
  type ArchitectureFixture,
} from '../../../helpers/architecture-fixtures.ts';
import { loadReferenceOf } from '../../../helpers/golden-check.ts';
import { temporaryFolder } from '../../../helpers/tiny-generator.ts';

const fixtures = readArchitectureFixtures();

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

describe('the architectures', () => {
  it('all have a tiny model of transformers’ to be compared with', () => {
    const compared = new Set(fixtures.map(({ architecture }) => architecture));
    expect(architectures.map(({ name }) => name).sort()).toEqual([...compared].sort());
  });
});

describe.each(fixtures.map((fixture) => [fixture.name, fixture] as const))('%s', (_, fixture) => {
  it('gives the logits, the greedy answer and its log-probabilities that transformers gives', async () => {
    await expectAnswerOf(await load(fixture), fixture);
  });

  it('gives nearly the same logits with weights as they are stored', async () => {
    const logits = await logitsOf(fixture, 'stored');
    // The rest is the rounding of the activations to 8 bits.
    expect(largestDistance(logits, fixture.logits)).toBeLessThan(0.5);
  });
});

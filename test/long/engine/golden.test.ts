import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BuiltGenerator } from '../../../src-main/engine/generator/built-generator.ts';
import { loadBuiltInGenerator, readGoldenAnswers } from '../../helpers/built-in-generator.ts';
import {
  isGolden,
  loadReferenceOf,
  logitDistance,
  partsFromGolden,
} from '../../helpers/golden-check.ts';

describe('the built-in generator against Hugging Face transformers, all prompts', () => {
  let generator: BuiltGenerator;
  beforeAll(async () => {
    generator = await loadBuiltInGenerator();
  });
  afterAll(() => generator.close());

  const golden = readGoldenAnswers().prompts;

  it.each(golden.map((answer) => [answer.prompt.slice(0, 40), answer] as const))(
    'writes the same greedy answer: %s',
    async (_name, answer) => {
      expect(await partsFromGolden(generator, answer)).toSatisfy(isGolden);
    },
  );

  it('has the same logits within 1e-3', async () => {
    const reference = await loadReferenceOf(generator);
    expect(await logitDistance(reference, golden)).toBeLessThan(1e-3);
    await reference.close();
  });
});

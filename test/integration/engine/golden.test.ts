import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BuiltGenerator } from '../../../src-main/engine/generator/built-generator.ts';
import { loadBuiltInGenerator, readGoldenAnswers } from '../../helpers/built-in-generator.ts';
import {
  isGolden,
  loadReferenceOf,
  logitDistance,
  partsFromGolden,
} from '../../helpers/golden-check.ts';

/** Short answers and a few long ones; all twenty are checked in test/long/engine/golden.test.ts. */
const chosen = [0, 4, 5, 14, 18, 19];

describe('the built-in generator against Hugging Face transformers', () => {
  let generator: BuiltGenerator;
  beforeAll(async () => {
    generator = await loadBuiltInGenerator();
  });
  afterAll(() => generator.close());

  const golden = chosen.flatMap((number) => readGoldenAnswers().prompts[number] ?? []);

  it.each(golden.map((answer) => [answer.prompt.slice(0, 40), answer] as const))(
    'writes the same greedy answer: %s',
    async (_name, answer) => {
      expect(await generator.tokenizer.encodePrompt(answer.prompt)).toEqual(answer.promptIds);
      expect(await partsFromGolden(generator, answer)).toSatisfy(isGolden);
    },
  );

  it('has the same logits within 1e-3', async () => {
    const reference = await loadReferenceOf(generator);
    const distance = await logitDistance(reference, readGoldenAnswers().prompts.slice(0, 3));
    expect(distance).toBeGreaterThan(0);
    expect(distance).toBeLessThan(1e-3);
    await reference.close();
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import type { SamplingSettings } from '../../../../src-main/contract/engine.ts';
import { loadReferenceOf } from '../../../helpers/golden-check.ts';
import type { TinyGgufOptions } from '../../../helpers/tiny-gguf.ts';
import {
  laneRequest,
  loadTinyGenerator,
  plainSampling,
  temporaryFolder,
  writeToEnd,
} from '../../../helpers/tiny-generator.ts';

const clean: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of clean.splice(0).reverse()) await end();
});

async function expectAgreement(
  model: TinyGgufOptions,
  sampling: SamplingSettings,
  prompt = 'Why do cats sleep so much?',
): Promise<void> {
  const { folder, remove } = await temporaryFolder();
  clean.push(remove);
  const generator = await loadTinyGenerator(folder, model);
  clean.push(() => generator.close());
  const reference = await loadReferenceOf(generator);
  clean.push(() => reference.close());
  const candidates = [0, 1, 2, 30, 31];
  const lane = await generator.beginLane(
    laneRequest({ prompt, sampling, maxTokens: 40, seed: 11 }),
  );
  await lane.start(candidates);
  await writeToEnd(lane, [13]);
  const answers = await reference.write({
    promptIds: lane.promptIds,
    candidates,
    seed: 11,
    sampling,
    maxTokens: 40,
    endTokens: generator.tokenizer.endTokens,
    logProbabilities: true,
  });
  for (const [row, candidate] of candidates.entries()) {
    expect(lane.tokensOf(candidate)).toEqual(answers.tokens[row]);
    for (const [position, value] of lane.logProbabilitiesOf(candidate).entries()) {
      expect(value).toBeCloseTo(answers.logProbabilities[row]?.[position] ?? NaN, 3);
    }
  }
}

describe('the decode graph writes what the step-by-step reference writes', () => {
  const greedy = { ...plainSampling, temperature: 0 };
  const models: [string, TinyGgufOptions][] = [
    ['grouped query heads', { heads: 4, keyValueHeads: 2 }],
    ['as many key heads as query heads', { heads: 4, keyValueHeads: 4 }],
    ['one key head', { heads: 4, keyValueHeads: 1 }],
    ['an output of its own', { tied: false }],
    ['a vocabulary of whole groups', { vocabulary: 512 }],
    ['a head size that is not width / heads', { width: 64, heads: 4, headSize: 24 }],
    ['F16', { type: 'F16', embeddingType: 'F16' }],
    ['BF16', { type: 'BF16', embeddingType: 'BF16' }],
    ['Q4_0', { type: 'Q4_0', embeddingType: 'Q8_0', width: 64 }],
    ['Q4_1', { type: 'Q4_1', embeddingType: 'Q4_1', width: 64 }],
    ['Q8_0', { type: 'Q8_0', embeddingType: 'Q8_0', width: 64 }],
    ['Q6_K', { type: 'Q6_K', embeddingType: 'Q6_K', width: 256, feedForward: 256 }],
  ];
  it.each(models)('with %s', async (_name, model) => {
    await expectAgreement(model, plainSampling);
  });

  const settings: [string, SamplingSettings][] = [
    ['greedy', greedy],
    ['a low temperature', { ...plainSampling, temperature: 0.6 }],
    ['top-k', { ...plainSampling, topK: 5 }],
    ['top-p', { ...plainSampling, topP: 0.7 }],
    ['min-p', { ...plainSampling, minP: 0.1 }],
    ['a repetition penalty', { ...plainSampling, repetitionPenalty: 1.3 }],
    ['a greedy repetition penalty', { ...greedy, repetitionPenalty: 1.3 }],
    [
      'everything at once',
      { temperature: 1.4, topK: 50, topP: 0.9, minP: 0.05, repetitionPenalty: 1.1 },
    ],
  ];
  it.each(settings)('with %s', async (_name, sampling) => {
    await expectAgreement({}, sampling);
  });

  it('after a prompt of several chunks', async () => {
    const prompt = 'How far is it to the next town? '.repeat(6);
    await expectAgreement({ contextLength: 512 }, plainSampling, prompt);
  });
});

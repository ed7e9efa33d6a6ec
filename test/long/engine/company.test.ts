import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Generator } from '../../../src-main/engine/generator/generator.ts';
import type { LinearForm } from '../../../src-main/contract/engine.ts';
import { loadBuiltInGenerator, readGoldenAnswers } from '../../helpers/built-in-generator.ts';
import { laneRequest, randomSteps, writeToEnd, written } from '../../helpers/tiny-generator.ts';

const forms: LinearForm[] = ['fp32', 'stored', 'int8'];

describe.each(forms)('a candidate of the built-in generator has the same bits (%s)', (form) => {
  let generator: Generator;
  let whole: Awaited<ReturnType<typeof write>>;
  const all = Array.from({ length: 64 }, (_, index) => index);
  beforeAll(async () => {
    generator = await loadBuiltInGenerator(form);
    whole = await write(all, [128]);
  });
  afterAll(() => generator.close());

  async function write(
    candidates: number[],
    steps: number[],
    { prompt, maxTokens } = { prompt: 'Tell me a story about a fox.', maxTokens: 128 },
  ) {
    const lane = await generator.beginLane(laneRequest({ prompt, maxTokens, seed: 5 }));
    await lane.start(candidates);
    await writeToEnd(lane, steps);
    const answers = candidates.map((index) => written(lane, index));
    await lane.end();
    return answers;
  }

  it.each([
    ['in steps of 32 with 17 rows', all.slice(3, 20), [32]],
    ['in steps of 7 with 17 rows', all.slice(47, 64), [7]],
    ['at random with 17 rows', all.slice(20, 37), randomSteps(9, 100, 12)],
    ['in steps of 7 with 7 rows', all.slice(30, 37), [7]],
    ['in steps of 7 alone', [11], [7]],
    ['at random alone', [50], randomSteps(4, 100, 12)],
  ])('%s', async (_name, candidates, steps) => {
    expect(await write(candidates, steps)).toEqual(candidates.map((index) => whole[index]));
  });

  it('in steps of 7 with all 64 rows', async () => {
    expect(await write(all, [7])).toEqual(whole);
  });

  it('alone, among 7 and among 64, for 20 prompts', async () => {
    for (const [place, { prompt }] of readGoldenAnswers().prompts.slice(0, 20).entries()) {
      const short = { prompt, maxTokens: 20 };
      const among64 = await write(all, [20], short);
      const first = 3 * place;
      const among7 = await write(all.slice(first, first + 7), [20], short);
      const alone = await write([first], [20], short);
      expect(among7, prompt).toEqual(among64.slice(first, first + 7));
      expect(alone, prompt).toEqual([among64[first]]);
    }
  });
});

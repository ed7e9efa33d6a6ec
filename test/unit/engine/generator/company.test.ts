import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  Generator,
  LoadGeneratorOptions,
} from '../../../../src-main/engine/generator/generator.ts';
import type { TinyGgufOptions } from '../../../helpers/tiny-gguf.ts';
import {
  loadArchitecture,
  readArchitectureFixtures,
} from '../../../helpers/architecture-fixtures.ts';
import {
  laneRequest,
  loadTinyGenerator,
  plainSampling,
  randomSteps,
  temporaryFolder,
  writeToEnd,
  written,
} from '../../../helpers/tiny-generator.ts';

type Load = (folder: string) => Promise<Generator>;

const tiny =
  (model: TinyGgufOptions, options?: Partial<LoadGeneratorOptions>): Load =>
  (folder) =>
    loadTinyGenerator(folder, model, options);

const models: [string, Load][] = [
  ['two query heads to a key head', tiny({ heads: 4, keyValueHeads: 2 })],
  ['one query head to a key head', tiny({ heads: 4, keyValueHeads: 4 })],
  ['one key head for all', tiny({ heads: 3, keyValueHeads: 1, width: 96, headSize: 32 })],
  [
    'weights in 4 bits',
    tiny({ type: 'Q4_1', embeddingType: 'Q8_0', width: 64 }, { form: 'stored' }),
  ],
  [
    'weights in 8 bits',
    tiny({ type: 'Q8_0', embeddingType: 'Q4_0', width: 64 }, { form: 'stored' }),
  ],
  [
    'weights in 4 bits and blocks of 16',
    tiny(
      { type: 'Q3_K', embeddingType: 'Q2_K', width: 256, layers: 1, feedForward: 256 },
      { form: 'stored' },
    ),
  ],
  [
    'weights and activations rounded to 8 bits',
    tiny({ type: 'Q4_1', embeddingType: 'Q8_0', width: 64 }, { form: 'int8' }),
  ],
  [
    'rounded to 8 bits, one query head to a key head',
    tiny({ heads: 4, keyValueHeads: 4, tied: false }, { form: 'int8' }),
  ],
  ...readArchitectureFixtures().map(({ name }): [string, Load] => [
    name,
    (folder) => loadArchitecture(name, folder, { form: 'fp32' }),
  ]),
];

describe.each(models)('a candidate’s bits do not depend on company (%s)', (_name, load) => {
  let generator: Generator;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;

  beforeAll(async () => {
    folder = await temporaryFolder();
    generator = await load(folder.folder);
  });
  afterAll(async () => {
    await generator.close();
    await folder.remove();
  });

  /** All candidates' tokens and log-probabilities, written together in the given steps. */
  async function write(
    candidates: number[],
    steps: number[],
    sampling = plainSampling,
  ): Promise<Map<number, ReturnType<typeof written>>> {
    const lane = await generator.beginLane(laneRequest({ sampling }));
    await lane.start(candidates);
    await writeToEnd(lane, steps);
    const answers = new Map(candidates.map((index) => [index, written(lane, index)]));
    await lane.end();
    return answers;
  }

  const all = Array.from({ length: 64 }, (_, index) => index);

  it('wherever the steps end', async () => {
    const whole = await write(all, [128]);
    expect(await write(all, [32])).toEqual(whole);
    expect(await write(all, [7])).toEqual(whole);
    expect(await write(all, randomSteps(3, 40, 9))).toEqual(whole);
    const lengths = [...whole.values()].map(({ tokens }) => tokens.length);
    expect(Math.min(...lengths)).toBeLessThan(Math.max(...lengths));
  });

  it('however many are written with it', async () => {
    const whole = await write(all, [32]);
    for (const candidates of [[5], [63], all.slice(20, 37), [9, 2]]) {
      for (const [index, answer] of await write(candidates, [7])) {
        expect(answer, `candidate ${index}`).toEqual(whole.get(index));
      }
    }
  });

  it('whichever are dropped on the way', async () => {
    const whole = await write(all, [32]);
    const lane = await generator.beginLane(laneRequest());
    await lane.start(all);
    await lane.advance(5);
    await lane.keep(all.filter((index) => index % 3 !== 1));
    await lane.advance(15);
    await lane.keep([0, 11, 12, 62]);
    await writeToEnd(lane, [9]);
    for (const index of [0, 11, 12, 62]) {
      expect(written(lane, index)).toEqual(whole.get(index));
    }
    const dropped = lane.tokensOf(1);
    expect(dropped).toEqual(whole.get(1)?.tokens.slice(0, dropped.length));
    await lane.end();
  });

  it('with every way of cutting the distribution', async () => {
    const sampling = {
      temperature: 0.8,
      topK: 40,
      topP: 0.9,
      minP: 0.02,
      repetitionPenalty: 1.2,
    };
    const whole = await write(all.slice(0, 16), [32], sampling);
    for (const [index, answer] of await write([3], [5], sampling)) {
      expect(answer).toEqual(whole.get(index));
    }
  });
});

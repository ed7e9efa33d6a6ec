import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SamplingSettings } from '../../../../src-main/contract/engine.ts';
import { cacheCost } from '../../../../src-main/domain/cache-cost.ts';
import type { Generator } from '../../../../src-main/engine/generator/generator.ts';
import {
  exportFiles,
  loadExport,
  loadSteppedExport,
  readExportAnswers,
  unpackExports,
} from '../../../helpers/export-fixtures.ts';
import {
  laneRequest,
  plainSampling,
  randomSteps,
  writeToEnd,
  written,
} from '../../../helpers/tiny-generator.ts';

const golden = readExportAnswers();
const goldenFiles = {
  'llama fp32': 'llama/onnx/model.onnx',
  'llama fp16': 'llama/onnx/model_fp16.onnx',
  'llama q4': 'llama/onnx/model_q4.onnx',
  'gemma3 fp32': 'gemma3/onnx/model.onnx',
  'llama-genai fp32': 'llama-genai',
};

let exports: Awaited<ReturnType<typeof unpackExports>>;
beforeAll(async () => {
  exports = await unpackExports();
});
afterAll(() => exports.remove());

/** Loads a generator for a test, and closes it. */
async function using<Result>(
  load: Promise<Generator>,
  work: (generator: Generator) => Promise<Result>,
): Promise<Result> {
  const generator = await load;
  try {
    return await work(generator);
  } finally {
    await generator.close();
  }
}

describe('greedy answers are those of transformers.js on the same file', () => {
  it.each(Object.entries(goldenFiles))('%s', async (name, file) => {
    const { answers = [] } = golden.exports.find((one) => `${one.name} ${one.form}` === name) ?? {};
    expect(answers).toHaveLength(20);
    await using(loadExport(join(exports.folder, file)), async (generator) => {
      for (const [place, answer] of answers.entries()) {
        const prompt = golden.prompts[place] ?? '';
        expect(await generator.tokenizer.encodePrompt(prompt)).toEqual(golden.promptIds[place]);
        const lane = await generator.beginLane(
          laneRequest({ prompt, maxTokens: 24, sampling: { ...plainSampling, temperature: 0 } }),
        );
        await lane.start([0]);
        await writeToEnd(lane, [24]);
        expect(lane.tokensOf(0), prompt).toEqual(answer);
        await lane.end();
      }
    });
  });
});

/** All candidates' tokens and log-probabilities, written together in the given steps; rows are dropped on the way. */
async function write(
  generator: Generator,
  candidates: number[],
  {
    steps = [8],
    sampling = plainSampling,
    maxTokens = 12,
  }: { steps?: number[]; sampling?: SamplingSettings; maxTokens?: number } = {},
): Promise<Map<number, ReturnType<typeof written>>> {
  const lane = await generator.beginLane(laneRequest({ sampling, maxTokens }));
  await lane.start(candidates);
  await writeToEnd(lane, steps);
  const result = new Map(candidates.map((candidate) => [candidate, written(lane, candidate)]));
  await lane.end();
  return result;
}

describe.each(exportFiles)('%s', (file) => {
  const all = Array.from({ length: 64 }, (_, index) => index);
  // Halves are rounded so coarsely that after some tokens another order of sums can change the choice.
  const maxTokens = /f(p)?16/.test(file) ? 8 : 20;
  let generator: Generator;
  beforeAll(async () => {
    generator = await loadExport(join(exports.folder, file));
  });
  afterAll(() => generator.close());

  it('writes the same tokens for a candidate alone, among 7 and among 64', async () => {
    const together = await write(generator, all);
    const seven = await write(generator, all.slice(3, 10), { steps: randomSteps(1, 40, 6) });
    for (const [candidate, one] of seven) expect(one).toEqual(together.get(candidate));
    for (const candidate of [5, 50]) {
      const alone = await write(generator, [candidate], { steps: [3] });
      expect(alone.get(candidate)).toEqual(together.get(candidate));
    }
  });

  it('writes what a plain run for each token writes', async () => {
    const settings: SamplingSettings[] = [
      plainSampling,
      { temperature: 0.8, topK: 40, topP: 0.9, minP: 0.02, repetitionPenalty: 1.2 },
    ];
    await using(loadSteppedExport(generator), async (plain) => {
      for (const sampling of settings) {
        const looped = await write(generator, [0, 1, 2], { sampling, maxTokens });
        const stepped = await write(plain, [0, 1, 2], { sampling, maxTokens });
        for (const [candidate, { tokens, logProbabilities }] of looped) {
          const other = stepped.get(candidate);
          expect(tokens).toEqual(other?.tokens);
          for (const [place, value] of logProbabilities.entries()) {
            expect(Math.abs(value - (other?.logProbabilities[place] ?? NaN))).toBeLessThan(0.01);
          }
        }
      }
    });
  });

  it('holds exactly the cache that was foretold', async () => {
    const lane = await generator.beginLane(laneRequest({ maxTokens: 12 }));
    const { promptTokens, cacheBytes, peakCacheBytes } = lane.begun;
    const { bytesPerToken } = generator.facts.cache;
    const cost = cacheCost(generator.facts.cache, promptTokens);
    expect(cacheBytes).toBe((promptTokens - 1) * bytesPerToken);
    expect(peakCacheBytes).toBe(cost.whileReading);
    await lane.start(all);
    let position = 0;
    let live = all;
    while (live.length > 0) {
      const foretold = cost.whileAdvancing(live.length, position, 1);
      const advanced = await lane.advance(1);
      expect(advanced.peakCacheBytes).toBeLessThanOrEqual(foretold);
      // To the byte as long as no row has ended on the way.
      if (advanced.live.length === live.length) expect(advanced.peakCacheBytes).toBe(foretold);
      ({ live, position } = advanced);
      live = live.filter((index) => (index * 7 + position) % 5 !== 0);
      await lane.keep(live);
    }
    await lane.end();
  });
});

describe('an exported generator', () => {
  it('whose rows run one after the other stops between them, and can go on afterwards', async () => {
    await using(loadExport(join(exports.folder, 'llama/onnx/model_int8.onnx')), async (one) => {
      const plain = await write(one, [0, 1, 2]);
      const lane = await one.beginLane(laneRequest({ maxTokens: 12 }));
      await lane.start([0, 1, 2]);
      let asked = 0;
      const stopped = lane.advance(1, { shouldStop: () => (asked += 1) > 2 });
      await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
      await writeToEnd(lane, [8]);
      for (const [candidate, before] of plain) expect(written(lane, candidate)).toEqual(before);
      await lane.end();
    });
  });

  it('starts another wave from the same prompt', async () => {
    await using(loadExport(join(exports.folder, 'llama-genai')), async (generator) => {
      const lane = await generator.beginLane(laneRequest({ maxTokens: 16 }));
      const first: unknown[] = [];
      for (const wave of [
        [0, 1],
        [2, 3],
        [0, 1],
      ]) {
        await lane.start(wave);
        await writeToEnd(lane, [5]);
        first.push(wave.map((candidate) => written(lane, candidate)));
      }
      expect(first[2]).toEqual(first[0]);
      expect(first[1]).not.toEqual(first[0]);
      await lane.end();
    });
  });

  it('says what it is', async () => {
    await using(loadExport(join(exports.folder, 'llama-genai')), ({ facts }) => {
      expect(facts).toMatchObject({
        name: 'llama-genai',
        architecture: 'llama',
        form: '4-bit',
        contextLength: 256,
        vocabularySize: 260,
        device: 'cpu',
        cache: { bytesPerToken: 2 * 2 * 16 * 4, layers: 2, layout: 'together' },
      });
      expect(facts.contentHash).toMatch(/^[0-9a-f]{64}$/);
      return Promise.resolve();
    });
  });
});

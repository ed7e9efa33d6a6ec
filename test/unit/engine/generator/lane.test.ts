import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Advanced } from '../../../../src-main/contract/engine.ts';
import { cacheCost } from '../../../../src-main/domain/cache-cost.ts';
import type { Generator } from '../../../../src-main/engine/generator/generator.ts';
import {
  laneRequest,
  loadTinyGenerator,
  plainSampling,
  randomSteps,
  temporaryFolder,
  writeToEnd,
} from '../../../helpers/tiny-generator.ts';

const all = Array.from({ length: 40 }, (_, index) => index);

describe('a lane', () => {
  let generator: Generator;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    folder = await temporaryFolder();
    generator = await loadTinyGenerator(folder.folder);
  });
  afterAll(async () => {
    await generator.close();
    await folder.remove();
  });

  it('reports new tokens, text and finish of every row that was live', async () => {
    const lane = await generator.beginLane(laneRequest({ maxTokens: 20 }));
    await lane.start(all);
    const first = await lane.advance(8);
    expect(first.position).toBe(8);
    expect(first.candidates.map(({ index }) => index)).toEqual(all);
    for (const { index, tokens, finish, text, logProbabilities } of first.candidates) {
      expect(tokens).toEqual(lane.tokensOf(index));
      expect(logProbabilities).toHaveLength(tokens.length);
      expect(finish === 'stop').toBe(tokens.at(-1) === 2);
      expect(first.live.includes(index)).toBe(finish === null);
      expect(text).toBe(generator.tokenizer.decode(tokens.filter((token) => token !== 2)));
    }
    const second = await lane.advance(100);
    expect(second.candidates.map(({ index }) => index)).toEqual(first.live);
    expect(second.live).toEqual([]);
    expect(second.position).toBeLessThanOrEqual(20);
    for (const { index, finish } of second.candidates) {
      expect(finish).toBe(lane.tokensOf(index).at(-1) === 2 ? 'stop' : 'length');
    }
    expect((await lane.advance(5)).candidates).toEqual([]);
  });

  it('tells progress after every run of the graph, which adds up to the result', async () => {
    const lane = await generator.beginLane(laneRequest({ maxTokens: 30 }));
    await lane.start([0, 1, 2]);
    const told: Advanced[] = [];
    const { candidates } = await lane.advance(30, {
      onProgress: (progress) => told.push(progress),
    });
    for (const { index, tokens } of candidates) {
      const added = told.flatMap(
        (progress) => progress.candidates.find((one) => one.index === index)?.tokens ?? [],
      );
      expect(added).toEqual(tokens);
    }
  });

  it('never holds more than the cost that was foretold', async () => {
    const cost = cacheCost(generator.facts.cache, (await begin()).begun.promptTokens);
    for (const seed of [1, 2, 3, 4, 5]) {
      const lane = await begin(seed);
      await lane.start(all);
      let live = all;
      let position = 0;
      for (const tokens of randomSteps(seed, 60, 20)) {
        const foretold = cost.whileAdvancing(live.length, position, tokens);
        const advanced = await lane.advance(tokens);
        expect(advanced.peakCacheBytes).toBeLessThanOrEqual(foretold);
        expect(advanced.cacheBytes).toBeLessThanOrEqual(advanced.peakCacheBytes);
        ({ live, position } = advanced);
        const kept = live.filter((index) => (index * 7 + position) % 5 !== 0);
        await lane.keep(kept);
        live = kept;
        if (live.length === 0) break;
      }
    }
  });

  it('reads prompts of any length within the cost that was foretold', async () => {
    const bare = await loadTinyGenerator(join(folder.folder, 'bare'), {
      chatTemplate: "{{ messages[0]['content'] }}",
      contextLength: 512,
    });
    try {
      for (const tokens of [1, 2, 63, 64, 65, 66, 129, 300]) {
        const lane = await bare.beginLane(laneRequest({ prompt: '7'.repeat(tokens) }));
        const { promptTokens, cacheBytes, peakCacheBytes } = lane.begun;
        expect(promptTokens).toBe(tokens);
        const { whileReading } = cacheCost(bare.facts.cache, promptTokens);
        expect(cacheBytes).toBe((tokens - 1) * bare.facts.cache.bytesPerToken);
        expect(peakCacheBytes).toBeGreaterThanOrEqual(cacheBytes);
        expect(peakCacheBytes).toBeLessThanOrEqual(whileReading);
        // Foretold to the byte where the chunks are whole, but for the last token, which the candidates read.
        if (tokens % 64 === 1 && tokens > 1) {
          expect(peakCacheBytes).toBe(whileReading - bare.facts.cache.bytesPerToken);
        }
        await lane.end();
      }
    } finally {
      await bare.close();
    }
  });

  it('starts a new wave at the beginning and still knows the answers of the one before', async () => {
    const lane = await begin();
    await lane.start([0, 1]);
    await writeToEnd(lane, [16]);
    const before = lane.tokensOf(1);
    await lane.start([2, 3]);
    const { position, candidates } = await lane.advance(4);
    expect(position).toBe(4);
    expect(candidates.map(({ index }) => index)).toEqual([2, 3]);
    expect(lane.tokensOf(1)).toEqual(before);
    expect(lane.textOf(1, 3)).toBe(generator.tokenizer.decode(before.slice(0, 3)));
  });

  it('stops between two runs of the graph, with what was written kept', async () => {
    const lane = await begin();
    await lane.start(all);
    let runs = 0;
    const stopped = lane.advance(64, {
      onProgress: () => (runs += 1),
      shouldStop: () => runs === 2,
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(runs).toBe(2);
    expect(lane.tokensOf(0).length).toBeGreaterThan(0);
    await lane.advance(1);
  });

  it('cuts the answer where the model’s context ends', async () => {
    const lane = await begin(1, { maxTokens: 10_000, sampling: { ...plainSampling, topK: 1 } });
    await lane.start([0]);
    await writeToEnd(lane, [1000]);
    const room = generator.facts.contextLength - lane.begun.promptTokens;
    expect(lane.tokensOf(0).length).toBeLessThanOrEqual(room);
  });

  it('refuses a prompt that leaves no room', async () => {
    const long = laneRequest({ prompt: '7'.repeat(280) });
    const promptTokens = (await generator.tokenizer.encodePrompt(long.prompt)).length;
    const { contextLength } = generator.facts;
    await expect(generator.beginLane(long)).rejects.toMatchObject({
      code: 'prompt-too-long',
      message: `The prompt has ${promptTokens} tokens, but the model can read only ${contextLength}.`,
    });
  });

  it('refuses a prompt that is absurdly long before it counts its tokens', async () => {
    const absurd = laneRequest({ prompt: 'x'.repeat(1_000_000) });
    await expect(generator.beginLane(absurd)).rejects.toMatchObject({
      code: 'prompt-too-long',
      message: expect.stringMatching(/^The prompt has at least \d+ tokens/) as string,
    });
  });

  it('gives no log-probabilities where none are asked for, and the same tokens', async () => {
    const sampling = { ...plainSampling, temperature: 0.7 };
    const [silent, telling] = [
      await begin(3, { logProbabilities: false, sampling }),
      await begin(3, { sampling }),
    ];
    for (const lane of [silent, telling]) {
      await lane.start([0, 1, 2, 3]);
      await writeToEnd(lane, [16]);
    }
    for (const index of [0, 1, 2, 3]) {
      expect(silent.tokensOf(index)).toEqual(telling.tokensOf(index));
      expect(silent.logProbabilitiesOf(index)).toEqual([]);
    }
  });

  function begin(seed = 1, request: Partial<Parameters<typeof laneRequest>[0]> = {}) {
    return generator.beginLane(laneRequest({ seed, ...request }));
  }
});

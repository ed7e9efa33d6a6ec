import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheCost } from '../../../../src-main/domain/cache-cost.ts';
import type { BuiltGenerator } from '../../../../src-main/engine/generator/built-generator.ts';
import { loadArchitecture } from '../../../helpers/architecture-fixtures.ts';
import { busyLane, expectSameAnswers, throughDeviceGraph } from '../../../helpers/device-lanes.ts';
import {
  laneRequest,
  loadTinyGenerator,
  plainSampling,
  temporaryFolder,
  writeToEnd,
  written,
} from '../../../helpers/tiny-generator.ts';

type Load = (folder: string) => Promise<BuiltGenerator>;

const models: [string, Load][] = [
  ['grouped heads', (folder) => loadTinyGenerator(folder, { heads: 4, keyValueHeads: 2 })],
  ['a key head for each', (folder) => loadTinyGenerator(folder, { heads: 4, keyValueHeads: 4 })],
  [
    'weights in 4 bits',
    (folder) =>
      loadTinyGenerator(
        folder,
        { type: 'Q4_1', embeddingType: 'Q8_0', width: 64 },
        { form: 'stored' },
      ),
  ],
  // Sliding windows and caps; the others are in test/long.
  ['gemma2', (folder) => loadArchitecture('gemma2', folder, { form: 'fp32' })],
];

describe.each(models)('the graph for graphics cards, on the CPU (%s)', (_name, load) => {
  let built: BuiltGenerator;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;

  beforeAll(async () => {
    folder = await temporaryFolder();
    built = await load(folder.folder);
  });
  afterAll(async () => {
    await built.close();
    await folder.remove();
  });

  it('writes what the loop writes, with 4 steps per run', async () => {
    const { generator, close } = await throughDeviceGraph(built, 4);
    expectSameAnswers(await busyLane(generator), await busyLane(built));
    await close();
  });
});

describe('a lane on a graphics card', () => {
  let built: BuiltGenerator;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;

  beforeAll(async () => {
    folder = await temporaryFolder();
    built = await loadTinyGenerator(folder.folder, { contextLength: 512 });
  });
  afterAll(async () => {
    await built.close();
    await folder.remove();
  });

  const candidates = [0, 1, 2, 3, 4];

  it.each([1, 4])('holds no more than was foretold (%d steps per run)', async (stepsPerRun) => {
    const { generator, close } = await throughDeviceGraph(built, stepsPerRun);
    const prompt = 'a '.repeat(90);
    const lane = await generator.beginLane(laneRequest({ prompt, maxTokens: 50 }));
    const cost = cacheCost(generator.facts.cache, lane.begun.promptTokens);
    expect(lane.begun.peakCacheBytes).toBeLessThanOrEqual(cost.whileReading);
    await lane.start(candidates);
    let [position, live] = [0, candidates.length];
    for (const tokens of [1, 5, 10, 1, 15, 18]) {
      const advanced = await lane.advance(tokens);
      expect(advanced.peakCacheBytes).toBeLessThanOrEqual(
        cost.whileAdvancing(live, position, tokens),
      );
      ({ position } = advanced);
      live = advanced.live.length;
    }
    await lane.end();
    await close();
  });

  it.each([1, 4])('takes the likeliest token as the loop does (%d)', async (stepsPerRun) => {
    const { generator, close } = await throughDeviceGraph(built, stepsPerRun);
    const sampling = { ...plainSampling, temperature: 0 };
    expectSameAnswers(await busyLane(generator, sampling), await busyLane(built, sampling));
    await close();
  });

  it('cuts and penalises as the loop does', async () => {
    const { generator, close } = await throughDeviceGraph(built, 4);
    const sampling = { temperature: 0.8, topK: 40, topP: 0.9, minP: 0.02, repetitionPenalty: 1.2 };
    expectSameAnswers(await busyLane(generator, sampling), await busyLane(built, sampling));
    await close();
  });

  it('begins anew with other rows', async () => {
    const { generator, close } = await throughDeviceGraph(built, 4);
    const lane = await generator.beginLane(laneRequest({ maxTokens: 20 }));
    await lane.start([0, 1, 2]);
    await lane.advance(18);
    await lane.start([4]);
    await writeToEnd(lane, [32]);
    const alone = await built.beginLane(laneRequest({ maxTokens: 20 }));
    await alone.start([4]);
    await writeToEnd(alone, [32]);
    expect(written(lane, 4).tokens).toEqual(written(alone, 4).tokens);
    await close();
  });
});

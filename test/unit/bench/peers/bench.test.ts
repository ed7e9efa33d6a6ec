import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { benchPeers, type PeerResult } from '../../../bench/peers/bench.ts';
import { temporaryFolder } from '../../../helpers/tiny-generator.ts';
import { writeTinyGguf } from '../../../helpers/tiny-gguf.ts';

let folder: string;
let remove: () => Promise<void>;
let result: PeerResult;
const printed: string[] = [];
beforeAll(async () => {
  ({ folder, remove } = await temporaryFolder());
  result = await benchPeers(
    {
      n: [2],
      tokens: [5],
      engines: ['winnow', 'onnxruntime-naive', 'vllm'],
      topK: 40,
      turns: 1,
      json: join(folder, 'result.json'),
      vllmPython: null,
    },
    {
      modelPath: await writeTinyGguf(folder),
      preparedFolder: join(folder, 'prepared'),
      exportFolder: join(folder, 'exports'),
      vllmPython: null,
      print: (line) => printed.push(line),
    },
  );
});
afterAll(() => remove());

describe('a run of bench:peers', () => {
  it('measures each engine that can run, on the same model', () => {
    expect(result.rows).toMatchObject([
      { engine: 'winnow', n: 2, tokens: 5, timesFaster: null },
      { engine: 'onnxruntime-naive', n: 2, tokens: 5 },
    ]);
    for (const { tokensPerSecond, peakBytes, chosenMs, promptMs, writeMs } of result.rows) {
      expect(tokensPerSecond).toBeGreaterThan(0);
      expect(peakBytes).toBeGreaterThan(1e7);
      expect(chosenMs).toBeCloseTo(promptMs + writeMs + (result.scoring[0]?.milliseconds ?? NaN));
    }
    const same = result.engines.map(({ sameGreedyTokens }) => sameGreedyTokens);
    expect(same).toEqual([result.greedyTokens, result.greedyTokens]);
  });

  it('says why an engine could not run', () => {
    const why = 'Name the Python program of an environment with vLLM: --vllm-python PATH.';
    expect(result.missing).toEqual([{ engine: 'vllm', n: null, tokens: null, why }]);
    expect(printed).toContain(`Not measured: vllm. ${why}`);
  });

  it('writes what it tells as JSON', async () => {
    const written: unknown = JSON.parse(await readFile(join(folder, 'result.json'), 'utf8'));
    expect(written).toEqual(result);
  });
});

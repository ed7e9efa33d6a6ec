import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WinnowError } from '../../src-main/contract/errors.ts';
import type { StoppableEngine } from '../../src-main/core/engine.ts';
import { unpackExports } from '../helpers/export-fixtures.ts';
import {
  asBytes,
  spoilFiles,
  spoilRewardGraph,
  type ModelFiles,
  type SpoiledModel,
} from '../helpers/fault-generator.ts';
import { ggufBytes } from '../helpers/gguf-writer.ts';
import { savedFolder } from '../helpers/safetensors.ts';
import { temporaryFolder } from '../helpers/tiny-generator.ts';
import { tinyGgufParts } from '../helpers/tiny-gguf.ts';
import { encodeOnnx } from '../helpers/tiny-onnx.ts';
import { makeTinyRewardModel, writeModelFolder } from '../helpers/tiny-reward-model.ts';
import { realEngine } from '../helpers/whole-application.ts';

/** Nothing that is done with a broken model may last longer, in milliseconds. */
const longest = 10_000;

let folder: string;
let remove: () => Promise<void>;
let exports: Awaited<ReturnType<typeof unpackExports>>;
let engine: StoppableEngine;
let canary: string;
const kinds = new Map<string, ModelFiles>();
const nothing: ModelFiles = new Map();

/** All files of a folder. */
function filesOf(path: string): ModelFiles {
  const names = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(names.map((name) => [name.slice(path.length + 1), readFileSync(name)]));
}

beforeAll(async () => {
  ({ folder, remove } = await temporaryFolder());
  exports = await unpackExports();
  engine = realEngine();
  // Nobody writes into this pipe: to open it is to wait for ever.
  canary = join(folder, 'outside');
  execFileSync('mkfifo', [canary]);
  kinds.set('GGUF file', asBytes([['model.gguf', ggufBytes(tinyGgufParts({ layers: 1 }))]]));
  kinds.set('reward model', asBytes(makeTinyRewardModel().files));
  kinds.set('safetensors', filesOf(savedFolder('llama-rope-factors')));
  kinds.set('exported decoder', filesOf(join(exports.folder, 'llama-genai')));
});
afterAll(async () => {
  engine.close();
  await exports.remove();
  await remove();
});

/** Looks into a model, and loads and uses it where it passes for one. */
async function tryModel(path: string, preparedFolder: string): Promise<string> {
  const { kind, supported, problem } = await engine.checkModel(path);
  if (!supported) return problem?.code ?? 'no reason';
  if (kind === 'reward') {
    await engine.loadReward({ path, device: 'cpu', preparedFolder });
    return 'loaded';
  }
  await engine.loadGenerator({ path, device: 'cpu', preparedFolder });
  await engine.loadReward({ path: 'likelihood', device: 'cpu', preparedFolder });
  const sampling = { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };
  const prompt = 'Tell me about rain.';
  await engine.beginLane({ prompt, seed: 1, sampling, maxTokens: 4, logProbabilities: true });
  await engine.start([0, 1]);
  await engine.advance(4);
  return 'loaded';
}

/** What came of it: a code, `loaded`, or what must not be. */
async function outcomeOf(model: SpoiledModel, place: string): Promise<string> {
  model.write(place);
  const isFile = readdirSync(place).includes('model.gguf');
  const { promise: late, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve('too long'), longest);
  const path = isFile ? join(place, 'model.gguf') : place;
  const trial = tryModel(path, join(folder, 'prepared')).catch((error: unknown) =>
    error instanceof WinnowError ? error.code : `no error of ours: ${String(error)}`,
  );
  const outcome = await Promise.race([trial, late]);
  clearTimeout(timer);
  if (outcome === 'too long') {
    engine.close();
    engine = realEngine();
  }
  rmSync(place, { recursive: true, force: true });
  return outcome;
}

describe('a reward model that keeps numbers in another file', () => {
  /** Writes a whole one whose first constant lies in `stored`, and says that it lies at `named`. */
  function writeWith(place: string, stored: string, named: string): string {
    const { files, graph } = makeTinyRewardModel();
    const [first, ...others] = graph.initializers;
    if (first === undefined) throw new Error('the graph has no constants');
    const initializers = [{ ...first, externalFile: named }, ...others];
    files.set('onnx/model.onnx', encodeOnnx({ ...graph, initializers }));
    writeModelFolder(place, files);
    const { buffer, byteOffset, byteLength } = first.data;
    writeFileSync(join(place, stored), new Uint8Array(buffer, byteOffset, byteLength));
    return place;
  }

  it('works where that lies in its folder, and is refused where the right numbers lie outside', async () => {
    const inside = writeWith(join(folder, 'inside'), 'onnx/numbers.bin', 'numbers.bin');
    expect((await engine.checkModel(inside)).supported).toBe(true);
    const outside = '../numbers-outside.bin';
    for (const named of [`../${outside}`, join(folder, 'numbers-outside.bin')]) {
      const { supported } = await engine.checkModel(
        writeWith(join(folder, 'leading-out'), outside, named),
      );
      expect(supported).toBe(false);
    }
  });
});

describe('200 models that a generator of faults has spoiled', () => {
  it('are refused with a clear error or work: no crash, no endless wait, nothing read outside', async () => {
    const names = ['GGUF file', 'reward model', 'safetensors', 'exported decoder'];
    const outcomes = new Map<string, number>();
    const bad: string[] = [];
    for (let seed = 0; seed < 200; seed++) {
      const kind = names[seed % names.length] ?? '';
      const model =
        seed < 40
          ? spoilRewardGraph(seed, canary)
          : spoilFiles(seed, kind, kinds.get(kind) ?? nothing);
      const outcome = await outcomeOf(model, join(folder, `model-${seed}`));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      const isOurs = /^(loaded|model-|reward-model-|chat-template-|prompt-|prepare-|out-of-)/.test(
        outcome,
      );
      if (!isOurs) bad.push(`${model.fault}: ${outcome}`);
    }
    process.stderr.write(`${JSON.stringify(Object.fromEntries(outcomes))}\n`);
    expect(bad).toEqual([]);
    expect(outcomes.size).toBeGreaterThan(6);
  });

  it('are spoiled in the same way by the same seed', () => {
    const spoil = (seed: number) =>
      spoilFiles(seed, 'GGUF file', kinds.get('GGUF file') ?? nothing);
    const contents = (seed: number): string => {
      const place = join(folder, 'again');
      spoil(seed).write(place);
      const bytes = readFileSync(join(place, 'model.gguf'), 'base64');
      rmSync(place, { recursive: true });
      return bytes;
    };
    const seeds = Array.from({ length: 60 }, (_, seed) => seed).filter((seed) =>
      /flipped|lies|zeros/.test(spoil(seed).fault),
    );
    expect(seeds.length).toBeGreaterThan(10);
    expect(new Set(seeds.map(contents)).size).toBeGreaterThan(10);
    expect(seeds.map(contents)).toEqual(seeds.map(contents));
  });
});

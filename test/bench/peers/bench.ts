/** Measures the engines in turns, each job in a process of its own, and brings the results together. */
import { writeFile } from 'node:fs/promises';
import { computingThreads } from '../../../src-main/engine/devices/session-options.ts';
import { readModelFacts } from '../../../src-main/engine/gguf/model-facts.ts';
import { openGgufFile } from '../../../src-main/engine/gguf/open.ts';
import { createGeneratorTokenizer } from '../../../src-main/engine/tokenizer/generator-tokenizer.ts';
import { describeMachine, type MachineFacts } from '../machine.ts';
import type { PeerOptions } from './arguments.ts';
import { runJob } from './child.ts';
import { getReady, type ReadyEngine, type Surroundings } from './engines.ts';
import type { Job } from './job.ts';
import { planJobs } from './plan.ts';
import { measureScorings, type AnswersToScore } from './scoring.ts';
import {
  rateOf,
  sameTokens,
  summarise,
  type Measurement,
  type PeerRow,
  type Scoring,
} from './summary.ts';
import { peerTable } from './table.ts';

export interface PeerResult {
  machine: MachineFacts;
  model: string;
  promptTokens: number;
  /** Tokens were drawn from that many likeliest ones; 0: from all. */
  topK: number;
  rows: PeerRow[];
  scoring: Scoring[];
  /** Each engine that was measured. */
  engines: { engine: string; version: string; sameGreedyTokens: number | null }[];
  /** Of how many `sameGreedyTokens` tells. */
  greedyTokens: number;
  /** What could not be measured, and why. */
  missing: { engine: string; n: number | null; tokens: number | null; why: string }[];
}

const prompt = 'Write a long story about a lighthouse keeper who finds a message in a bottle.';
const greedyTokens = 24;
/** It computes in fp32 what Winnow does, so its greedy answers must be Winnow's. */
const exact = new Set(['transformers.js', 'onnxruntime-naive']);

type Print = (line: string) => void;

/** Runs everything, prints the table, and writes the JSON file where one is asked for. */
export async function benchPeers(
  options: PeerOptions,
  surroundings: Surroundings,
): Promise<PeerResult> {
  const { print, modelPath, preparedFolder } = surroundings;
  const machine = await describeMachine();
  print(`${machine.cpu}, ${machine.cores} cores, load ${machine.load.toFixed(1)} before the start`);
  const missing: PeerResult['missing'] = [];
  const subject = await readSubject(modelPath);
  try {
    const ready = await readyEngines(options.engines, surroundings, missing);
    const { topK } = options;
    const threads = computingThreads();
    const common = { ...subject.job, preparedFolder, greedyTokens, threads, topK };
    const measurements = await measure(options, { ready, common, missing, print });
    const texts = firstAnswers(measurements, subject.decode);
    const scoring = await measureScorings(texts, { prompt, preparedFolder });
    const result: PeerResult = {
      machine,
      model: subject.name,
      promptTokens: common.promptIds.length,
      topK,
      rows: summarise(measurements, scoring),
      scoring,
      engines: enginesOf(measurements),
      greedyTokens,
      missing,
    };
    printResult(result, print);
    if (options.json !== null) {
      await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
    }
    return result;
  } finally {
    await subject.close();
  }
}

/** The prompt as tokens, and the way back from tokens to text. */
async function readSubject(modelPath: string) {
  const file = await openGgufFile(modelPath);
  try {
    const { name, quantisation, layers, keyValueHeads, headSize } = await readModelFacts(file);
    const tokenizer = await createGeneratorTokenizer(file);
    const promptIds = await tokenizer.encodePrompt(prompt);
    const { endTokens } = tokenizer;
    return {
      name: `${name} (${quantisation})`,
      job: { prompt, promptIds, cacheBytesPerToken: 4 * layers * keyValueHeads * headSize },
      decode: (ids: number[]) => tokenizer.decode(ids.filter((id) => !endTokens.has(id))),
      close: () => tokenizer.close(),
    };
  } finally {
    await file.close();
  }
}

async function readyEngines(
  names: readonly string[],
  surroundings: Surroundings,
  missing: PeerResult['missing'],
): Promise<Map<string, ReadyEngine>> {
  const ready = new Map<string, ReadyEngine>();
  for (const engine of names) {
    try {
      ready.set(engine, await getReady(engine, surroundings));
    } catch (error) {
      missing.push({ engine, n: null, tokens: null, why: sentenceOf(error) });
      surroundings.print(`${engine} is left out. ${sentenceOf(error)}`);
    }
  }
  return ready;
}

async function measure(
  options: PeerOptions,
  {
    ready,
    common,
    missing,
    print,
  }: {
    ready: ReadonlyMap<string, ReadyEngine>;
    common: Omit<Job, 'engine' | 'modelPath' | 'candidates' | 'tokens'>;
    missing: PeerResult['missing'];
    print: Print;
  },
): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const { engine, n, tokens } of planJobs({ ...options, engines: [...ready.keys()] })) {
    const started = ready.get(engine);
    if (started === undefined) continue;
    const what = `${engine}, N = ${n}, ${tokens} tokens`;
    try {
      const { modelPath, command } = started;
      const job = { ...common, engine, modelPath, candidates: n, tokens };
      const result = await runJob(command, job);
      measurements.push({ engine, n, tokens, result });
      print(`${what}: ${rateOf(result).toFixed(1)} tokens/s`);
    } catch (error) {
      missing.push({ engine, n, tokens, why: sentenceOf(error) });
      print(`${what}: not measured. ${sentenceOf(error)}`);
    }
  }
  return withoutOtherModels(measurements, missing);
}

/** What should compute exactly the same and does not would be another model: its times say nothing. */
function withoutOtherModels(
  measurements: Measurement[],
  missing: PeerResult['missing'],
): Measurement[] {
  const others = enginesOf(measurements).filter(
    ({ engine, sameGreedyTokens }) =>
      exact.has(engine) && sameGreedyTokens !== null && sameGreedyTokens < greedyTokens,
  );
  for (const { engine } of others) {
    const why = 'Its greedy answer is not the one that Winnow gives: it is not the same model.';
    missing.push({ engine, n: null, tokens: null, why });
  }
  const names = new Set(others.map(({ engine }) => engine));
  return measurements.filter(({ engine }) => !names.has(engine));
}

function enginesOf(measurements: readonly Measurement[]): PeerResult['engines'] {
  const own = measurements.find(({ engine }) => engine === 'winnow')?.result.greedy;
  const byEngine = Map.groupBy(measurements, ({ engine }) => engine);
  return [...byEngine].flatMap(([engine, [first]]) => {
    if (first === undefined) return [];
    const { version, greedy } = first.result;
    return { engine, version, sameGreedyTokens: own ? sameTokens(own, greedy) : null };
  });
}

/** For each setting the answers of whoever wrote them first. */
function firstAnswers(
  measurements: readonly Measurement[],
  decode: (ids: number[]) => string,
): AnswersToScore[] {
  const settings = Map.groupBy(measurements, ({ n, tokens }) => `${n} ${tokens}`);
  return [...settings.values()].flatMap(([first]) => {
    if (first === undefined) return [];
    const { n, tokens, result } = first;
    return { n, tokens, texts: result.answers.map(decode) };
  });
}

function printResult({ rows, engines, missing, ...result }: PeerResult, print: Print): void {
  print('');
  if (rows.length > 0) print(`${peerTable(rows)}\n`);
  const cut = result.topK === 0 ? 'nothing cut' : `the ${result.topK} likeliest tokens`;
  print(`${result.model}, a prompt of ${result.promptTokens} tokens, temperature 1, ${cut}.`);
  for (const { engine, version, sameGreedyTokens } of engines) {
    const same =
      sameGreedyTokens === null || engine === 'winnow'
        ? ''
        : `; first ${sameGreedyTokens} of ${result.greedyTokens} greedy tokens as Winnow's`;
    print(`${engine}: ${version}${same}`);
  }
  for (const { engine, n, tokens, why } of missing) {
    const setting = n === null ? '' : ` (N = ${n}, ${tokens} tokens)`;
    print(`Not measured: ${engine}${setting}. ${why}`);
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

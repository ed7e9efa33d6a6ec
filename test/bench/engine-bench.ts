/**
 * The engine's benchmark: the built-in generator in the decode graph and in the plain step-by-step path, in turns, in
 * one process on one machine. docs/decode-graph.md tells how to read it.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LinearForm } from '../../src-main/contract/engine.ts';
import { sessionOptions } from '../../src-main/engine/devices/session-options.ts';
import { DecodeSession } from '../../src-main/engine/generator/decode-session.ts';
import { loadBuiltGenerator } from '../../src-main/engine/generator/built-generator.ts';
import { graphFile, stepGraphFile } from '../../src-main/engine/generator/prepared-model.ts';
import { StepReference } from '../../src-main/engine/generator/step-reference.ts';
import type { ModelFacts } from '../../src-main/engine/gguf/types.ts';
import { builtInGeneratorPath, sharedPreparedFolder } from '../helpers/built-in-generator.ts';
import { benchSampling, drive, type DriveResult } from './decode-driver.ts';
import { describeMachine, type MachineFacts } from './machine.ts';
import { matrixCeiling, type MatrixCeiling } from './matrix-ceiling.ts';
import { nodeKinds, type KindShare } from './node-kinds.ts';
import { measureScoring, type ScoringCost } from './scoring-cost.ts';
import { measureStepProducts, type StepProducts } from './step-products.ts';

export interface BenchOptions {
  /** Where to write the result as JSON. */
  json?: string;
  /** Numbers of candidates. */
  n?: number[];
  /** Tokens of every answer; a quarter of them for more than 64 candidates. */
  tokens?: number;
  /** Fewer tokens, one turn, no 256 candidates. */
  quick?: boolean;
}

interface BenchRow {
  engine: 'winnow' | 'winnow-step';
  n: number;
  tokens: number;
  tokensPerSecond: number;
  /** Of the cache, copies included. */
  peakBytes: number;
}

export interface BenchResult {
  machine: MachineFacts;
  ceilingGflops: number;
  rows: BenchRow[];
  step: KindShare[];
  /** Products and the rest of a step, in fp32 and in 8 bits, in the middle of an answer of 128 tokens. */
  products: StepProducts[];
  /** Milliseconds a step at that many answer tokens, at the largest number of candidates up to 64. */
  length: { position: number; stepMs: number }[];
  memory: { cacheBytes: number; residentGrowthBytes: number; residentBytes: number };
  scoring: ScoringCost | null;
  /** Floating-point operations for one token of one candidate, in the linear layers. */
  tokenGflop: number;
}

const prompt = 'Write a long story about a lighthouse keeper who finds a message in a bottle.';

/** Runs everything, prints tables, and writes the JSON file where one is asked for. */
export async function runBench(
  options: BenchOptions,
  print: (line: string) => void,
): Promise<BenchResult> {
  const quick = options.quick ?? false;
  const counts = options.n ?? (quick ? [1, 16, 64] : [1, 16, 64, 256]);
  const tokens = options.tokens ?? (quick ? 16 : 64);
  const machine = await describeMachine();
  print(`${machine.cpu}, ${machine.cores} cores, load ${machine.load.toFixed(1)} before the start`);
  const ceiling = await matrixCeiling();
  const subject = await prepareSubject();
  try {
    const plan = { counts, tokens, turns: quick ? 1 : 2 };
    const measured = await measureEngines(subject, ceiling, plan, print);
    const rows = Math.min(64, Math.max(...counts));
    const result: BenchResult = {
      machine,
      ...measured,
      step: await profile(subject, rows),
      products: await measureProducts(rows, quick ? 24 : 80),
      scoring: await measureScoring(print),
      tokenGflop: tokenGflop(subject),
    };
    printResult(result, print);
    if (options.json !== undefined) {
      await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
    }
    return result;
  } finally {
    await ceiling.close();
  }
}

/** What is measured: the built-in generator, prepared, and one prompt. */
interface Subject {
  model: ModelFacts;
  folder: string;
  promptIds: number[];
}

async function prepareSubject(form: LinearForm | 'auto' = 'auto'): Promise<Subject> {
  const data = process.env.WINNOW_DATA;
  const generator = await loadBuiltGenerator({
    path: builtInGeneratorPath,
    preparedFolder: data === undefined ? sharedPreparedFolder : join(data, 'prepared'),
    device: 'cpu',
    form,
  });
  const { model, folder, tokenizer } = generator;
  const promptIds = await tokenizer.encodePrompt(prompt);
  // Its session would hold the weights a second time.
  await generator.close();
  return { model, folder, promptIds };
}

/** Takes turns: the ceiling, then for each number of candidates the decode graph and the step-by-step path. */
async function measureEngines(
  subject: Subject,
  ceiling: MatrixCeiling,
  { counts, tokens: usualTokens, turns }: { counts: number[]; tokens: number; turns: number },
  print: (line: string) => void,
): Promise<Pick<BenchResult, 'ceilingGflops' | 'rows' | 'length' | 'memory'>> {
  const { model, folder, promptIds } = subject;
  const options = sessionOptions('cpu');
  const session = await DecodeSession.load(join(folder, graphFile), model, options);
  const reference = await StepReference.load(join(folder, stepGraphFile), model, options);
  let ceilingGflops = 0;
  const best = new Map<string, BenchRow>();
  const keepBest = (row: BenchRow) => {
    const key = `${row.engine} ${row.n}`;
    if (row.tokensPerSecond > (best.get(key)?.tokensPerSecond ?? 0)) best.set(key, row);
    print(`${row.engine.padEnd(12)} N = ${row.n}: ${row.tokensPerSecond.toFixed(1)} tokens/s`);
  };
  await drive(session, model, { promptIds, rows: 1, tokens: 2 });
  const before = process.memoryUsage.rss();
  let longest: { rows: number; result: DriveResult } | null = null;
  for (let turn = 0; turn < turns; turn++) {
    for (const n of counts) {
      const tokens = n > 64 ? Math.ceil(usualTokens / 4) : usualTokens;
      ceilingGflops = Math.max(ceilingGflops, await ceiling.measure());
      const result = await drive(session, model, { promptIds, rows: n, tokens });
      const seconds = result.milliseconds / 1000;
      const rate = (n * tokens) / seconds;
      keepBest({ engine: 'winnow', n, tokens, tokensPerSecond: rate, peakBytes: result.peakBytes });
      if (n <= 64) longest = { rows: n, result };
      keepBest(await measureStep(reference, promptIds, n, tokens));
    }
  }
  await reference.close();
  await session.close();
  return {
    ceilingGflops,
    rows: counts.flatMap((n) =>
      ['winnow', 'winnow-step'].flatMap((engine) => best.get(`${engine} ${n}`) ?? []),
    ),
    length: longest === null ? [] : byLength(longest.result),
    memory: {
      cacheBytes: longest?.result.cacheBytes ?? 0,
      residentGrowthBytes: (longest?.result.residentBytes ?? before) - before,
      residentBytes: longest?.result.residentBytes ?? before,
    },
  };
}

async function measureStep(
  reference: StepReference,
  promptIds: number[],
  n: number,
  tokens: number,
): Promise<BenchRow> {
  const request = {
    promptIds,
    candidates: Array.from({ length: n }, (_, index) => index),
    seed: 1,
    sampling: benchSampling,
    endTokens: new Set<number>(),
  };
  // The first token comes from the prompt's logits, so that many steps give one token more.
  const { milliseconds, cacheBytes } = await reference.write({ ...request, maxTokens: tokens + 1 });
  return {
    engine: 'winnow-step',
    n,
    tokens,
    tokensPerSecond: (n * tokens * 1000) / milliseconds,
    // What goes in, what onnxruntime gives out, and JavaScript's copy of it.
    peakBytes: 3 * cacheBytes,
  };
}

/** Milliseconds a step, block by block of the answer. */
function byLength({ runs }: DriveResult): BenchResult['length'] {
  const blocks = new Map<number, { steps: number; milliseconds: number }>();
  for (const { position, steps, milliseconds } of runs) {
    const block = position - (position % 16);
    const sum = blocks.get(block) ?? { steps: 0, milliseconds: 0 };
    blocks.set(block, {
      steps: sum.steps + steps,
      milliseconds: sum.milliseconds + milliseconds,
    });
  }
  return [...blocks].map(([position, { steps, milliseconds }]) => ({
    position,
    stepMs: milliseconds / steps,
  }));
}

async function measureProducts(rows: number, tokens: number): Promise<StepProducts[]> {
  const measured: StepProducts[] = [];
  for (const form of ['fp32', 'int8'] as const) {
    const subject = await prepareSubject(form);
    measured.push(await measureStepProducts(subject, { form, rows, tokens }));
  }
  return measured;
}

function profile({ model, folder, promptIds }: Subject, rows: number): Promise<KindShare[]> {
  return nodeKinds(async (prefix) => {
    const session = await DecodeSession.load(join(folder, graphFile), model, {
      ...sessionOptions('cpu'),
      enableProfiling: true,
      profileFilePrefix: prefix,
    });
    await drive(session, model, { promptIds, rows, tokens: 20 });
    session.endProfiling();
    await session.close();
  });
}

function tokenGflop({ model }: Subject): number {
  const { width, heads, keyValueHeads, headSize, feedForward, layers, vocabularySize } = model;
  const attention = width * headSize * (2 * heads + 2 * keyValueHeads);
  return (2 * (layers * (attention + 3 * width * feedForward) + vocabularySize * width)) / 1e9;
}

function printResult(result: BenchResult, print: (line: string) => void): void {
  const { rows, ceilingGflops, step, length, memory, scoring } = result;
  print('');
  print(`A large matrix product: ${ceilingGflops.toFixed(0)} GFLOP/s (the ceiling)`);
  print('candidates   decode graph   step by step   times faster   share of ceiling   peak cache');
  for (const row of rows.filter(({ engine }) => engine === 'winnow')) {
    const other = rows.find(({ engine, n }) => engine === 'winnow-step' && n === row.n);
    const share = (row.tokensPerSecond * result.tokenGflop) / ceilingGflops;
    print(
      [
        String(row.n).padStart(10),
        `${row.tokensPerSecond.toFixed(1)} tok/s`.padStart(14),
        `${(other?.tokensPerSecond ?? NaN).toFixed(1)} tok/s`.padStart(14),
        (row.tokensPerSecond / (other?.tokensPerSecond ?? NaN)).toFixed(2).padStart(14),
        `${(100 * share).toFixed(0)} %`.padStart(18),
        `${(row.peakBytes / 1e6).toFixed(1)} MB`.padStart(12),
      ].join(' '),
    );
  }
  print('');
  print('Where a step of the decode graph spends its time:');
  for (const { kind, share } of step.slice(0, 12)) {
    print(`  ${kind.padEnd(36)} ${(100 * share).toFixed(1).padStart(5)} %`);
  }
  printProducts(result.products, print);
  print('');
  print('Milliseconds a step, by answer tokens so far:');
  print(
    `  ${length.map(({ position, stepMs }) => `${position}: ${stepMs.toFixed(0)}`).join('   ')}`,
  );
  print(
    `Cache held at the end ${(memory.cacheBytes / 1e6).toFixed(1)} MB; the process grew by ` +
      `${(memory.residentGrowthBytes / 1e6).toFixed(1)} MB, to ${(memory.residentBytes / 1e6).toFixed(0)} MB`,
  );
  if (scoring !== null) {
    print(
      `Scoring ${scoring.texts} texts of ${scoring.tokensEach} tokens: ${scoring.milliseconds.toFixed(0)} ms`,
    );
  }
}

function printProducts(products: StepProducts[], print: (line: string) => void): void {
  print('');
  print(`A step of ${products[0]?.rows ?? 0} candidates, by the fastest run of each node:`);
  const exact = products[0]?.products ?? NaN;
  for (const { form, products: ms, alone, rest } of products) {
    print(
      `  ${form}: products ${ms.toFixed(1)} ms, ${((100 * alone) / ms).toFixed(0)} % of what the same kernels reach alone; ` +
        `the rest ${rest.toFixed(1)} ms, ${(rest / exact).toFixed(2)} of the fp32 products`,
    );
  }
}

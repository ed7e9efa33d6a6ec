/**
 * A process that loads a pair of models, writes and scores, and tells what it held at most. Linux keeps that number; a
 * process of its own makes it the pair's.
 */
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cacheCost } from '../../src-main/domain/cache-cost.ts';
import { memoryNeed, type MemoryNeed } from '../../src-main/domain/memory-need.ts';
import { loadBuiltGenerator } from '../../src-main/engine/generator/built-generator.ts';
import type { LinearForm } from '../../src-main/contract/engine.ts';
import { modelMemory } from '../../src-main/engine/model-memory.ts';
import { loadReward } from '../../src-main/engine/rewards/reward.ts';
import type { ModelMemory } from '../../src-main/contract/model-memory.ts';

export interface MemoryTrial {
  generator: string;
  form: LinearForm;
  reward: string;
  preparedFolder: string;
  rows: number;
  tokens: number;
}

export interface MeasuredMemory {
  /** As computed before the first model was loaded. */
  need: MemoryNeed;
  /** The most bytes of physical memory that the process ever held. */
  peakBytes: number;
  /** Tokens of all answers: fewer than foretold where some ended. */
  tokensWritten: number;
}

/** Runs a trial in a process of its own. */
export function measureInChild(trial: MemoryTrial): Promise<MeasuredMemory> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(trial)]);
  return new Promise((resolve, reject) => {
    child.once('message', (measured) => resolve(measured as MeasuredMemory));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the trial ended with exit code ${code}`)));
  });
}

const prompt = 'Write a very long story about a lighthouse keeper who finds a message in a bottle.';
/** What the prompt has in the models of these tests, roughly: it hardly matters. */
const promptTokens = 60;

async function runTrial(trial: MemoryTrial): Promise<MeasuredMemory> {
  const { rows, tokens, preparedFolder, reward: path } = trial;
  const rewardNeeds = await modelMemory(path);
  let ownNeeds: ModelMemory | undefined;
  const generator = await loadBuiltGenerator({
    path: trial.generator,
    form: trial.form,
    preparedFolder,
    device: 'cpu',
    onMemory: (memory) => (ownNeeds = memory),
  });
  if (ownNeeds === undefined || rewardNeeds === null) throw new Error('no estimate was made');
  const cost = cacheCost(generator.facts.cache, promptTokens);
  const cacheBytes = Math.max(cost.whileReading, cost.whileAdvancing(rows, 0, tokens));
  const need = memoryNeed(ownNeeds, [rewardNeeds], { rows, cacheBytes });
  const reward = await loadReward({ path, device: 'cpu', preparedFolder });
  // So cold that hardly any answer ends.
  const sampling = { temperature: 0.2, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };
  const lane = await generator.beginLane({
    prompt,
    seed: 1,
    sampling,
    maxTokens: tokens,
    logProbabilities: false,
  });
  const candidates = Array.from({ length: rows }, (_, candidate) => candidate);
  await lane.start(candidates);
  await lane.advance(tokens);
  const answers = candidates.map((candidate) => ({
    text: lane.textOf(candidate),
    logProbabilities: [],
  }));
  await reward.score(prompt, answers);
  const tokensWritten = candidates.reduce(
    (sum, candidate) => sum + lane.tokensOf(candidate).length,
    0,
  );
  return { need, peakBytes: peakOfThisProcess(), tokensWritten };
}

function peakOfThisProcess(): number {
  const kibibytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kibibytes) * 1024;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const trial = JSON.parse(process.argv[2] ?? '') as MemoryTrial;
  process.send?.(await runTrial(trial), () => process.exit(0));
}

/**
 * What Speculative Rejection keeps and saves over held-out prompts: `npm run bench:held-out`.
 *
 * For each prompt all candidates are written and scored once, live, as Best-of-N does. Speculative Rejection under nine
 * settings is then replayed over them: the real strategy, the real cost of the cache, the real reward model on the
 * beginnings of the texts. test/integration/same-candidates.test.ts shows that such a replay equals a live run.
 *
 * Options: --prompts N (20), --candidates N (64), --tokens N (128), --json FILE
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { StoppableEngine } from '../../src-main/core/engine.ts';
import type { GeneratorFacts } from '../../src-main/contract/engine.ts';
import { budgetHolding } from '../../src-main/domain/budget.ts';
import { cacheCost } from '../../src-main/domain/cache-cost.ts';
import { replayLane, type RecordedCandidate } from '../../src-main/domain/replay.ts';
import { defaultSettings } from '../../src-main/contract/settings.ts';
import { forkedEngine } from '../../src-main/host/engine-channel.ts';
import { createEngineHost } from '../../src-main/host/engine-host.ts';
import { builtInModels, processorName } from '../../src-main/surroundings.ts';
import { heldOutTable, type Setting, type SettingResult } from './held-out-table.ts';

const inProject = (path: string): string =>
  fileURLToPath(new URL(`../../${path}`, import.meta.url));

const shares = [1 / 2, 1 / 4, 1 / 8];
const alphas = [0.3, 0.5, 0.7];
const settings: Setting[] = shares.flatMap((share) => alphas.map((alpha) => ({ share, alpha })));

const { values } = parseArgs({
  options: {
    prompts: { type: 'string', default: '20' },
    candidates: { type: 'string', default: '64' },
    tokens: { type: 'string', default: '128' },
    json: { type: 'string' },
  },
});
const candidates = Number(values.candidates);
const maxTokens = Number(values.tokens);

const scratch = mkdtempSync(join(tmpdir(), 'winnow-held-out-'));
const engine = createEngineHost(forkedEngine(inProject('src-main/engine.ts')));
try {
  const results = await measure(readPrompts(Number(values.prompts)));
  const report = heldOutTable(settings, results, {
    machine: processorName(),
    candidates,
    maxTokens,
  });
  console.log(report);
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ settings, results }));
} finally {
  engine.close();
  rmSync(scratch, { recursive: true, force: true });
}

/** The first prompts of the held-out file: one a line, `#` begins a comment. */
function readPrompts(count: number): string[] {
  return readFileSync(inProject('resources/recipe/held-out-prompts.txt'), 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .slice(0, count);
}

/** One list of results for each prompt, one result for each setting. */
async function measure(prompts: string[]): Promise<SettingResult[][]> {
  const models = builtInModels();
  const generator = await engine.loadGenerator({
    path: models.generator,
    device: 'auto',
    preparedFolder: scratch,
  });
  await engine.loadReward({ path: models.reward, device: 'auto', preparedFolder: scratch });
  const results: SettingResult[][] = [];
  for (const [place, prompt] of prompts.entries()) {
    const began = performance.now();
    results.push(await measurePrompt(generator, prompt, place + 1));
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    console.error(`${place + 1} of ${prompts.length}  ${seconds} s  ${prompt.slice(0, 70)}`);
  }
  return results;
}

async function measurePrompt(
  generator: GeneratorFacts,
  prompt: string,
  seed: number,
): Promise<SettingResult[]> {
  const { promptTokens } = await engine.beginLane({
    prompt,
    seed,
    sampling: defaultSettings.sampling,
    maxTokens,
    logProbabilities: false,
  });
  const recorded = await writeAll();
  const scorer = batchingScorer(engine);
  const final = await Promise.all(
    recorded.map(async ({ index, tokens }) => (await scorer(index, tokens.length)).reward ?? NaN),
  );
  const cost = cacheCost(generator.cache, promptTokens);
  const results: SettingResult[] = [];
  for (const { share, alpha } of settings) {
    const budgetBytes = budgetHolding(candidates * share, maxTokens, cost);
    const { summary } = await replayLane(
      recorded,
      scorer,
      { candidates, maxTokens, budgetBytes, alpha, cost, observe: false },
      promptTokens,
    );
    results.push({
      all: final,
      bestOfN: Math.max(...final),
      speculativeRejection: summary.chosen?.reward ?? NaN,
      rank: 1 + final.filter((reward) => reward > (summary.chosen?.reward ?? NaN)).length,
      tokensOfBestOfN: recorded.reduce((sum, { tokens }) => sum + tokens.length, 0),
      tokens: summary.tokensGenerated,
      started: summary.candidates.filter(({ state }) => state !== 'not-started').length,
      decisions: summary.rounds.length,
    });
  }
  await engine.endLane();
  return results;
}

/** Writes all candidates to their end, as Best-of-N does under a budget that holds them all. */
async function writeAll(): Promise<RecordedCandidate[]> {
  const indices = Array.from({ length: candidates }, (_, index) => index);
  await engine.start(indices);
  const { candidates: written } = await engine.advance(maxTokens);
  return written.map(({ index, tokens, finish }) => ({
    index,
    tokens,
    finish: finish === 'stop' ? 'stop' : 'length',
  }));
}

/** Scores beginnings of the lane's texts, each once, together where they are asked for together. */
function batchingScorer(scoring: StoppableEngine) {
  type Score = { reward: number | null; tokens: number; cut: boolean };
  const known = new Map<string, Promise<Score>>();
  let waiting: { index: number; tokens: number; resolve: (score: Score) => void }[] = [];
  const flush = async (): Promise<void> => {
    const batch = waiting;
    waiting = [];
    const { scores } = await scoring.score(batch.map(({ index, tokens }) => ({ index, tokens })));
    batch.forEach(({ resolve }, place) => {
      const { reward = null, tokens = 0, cut = false } = scores[place] ?? {};
      resolve({ reward, tokens, cut });
    });
  };
  return (index: number, tokens: number): Promise<Score> => {
    const key = `${index} ${tokens}`;
    const score =
      known.get(key) ??
      new Promise<Score>((resolve) => {
        if (waiting.length === 0) queueMicrotask(() => void flush());
        waiting.push({ index, tokens, resolve });
      });
    known.set(key, score);
    return score;
  };
}

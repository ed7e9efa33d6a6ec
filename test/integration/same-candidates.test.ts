import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CacheBudget } from '../../src-main/domain/budget.ts';
import { budgetHolding } from '../../src-main/domain/budget.ts';
import { cacheCost, type CacheCost } from '../../src-main/domain/cache-cost.ts';
import { replayLane } from '../../src-main/domain/replay.ts';
import type { StrategyName } from '../../src-main/contract/events.ts';
import type { LaneDetails, RunDetails, RunSettings } from '../../src-main/contract/run.ts';
import { seededUniform } from '../helpers/random-blocks.ts';
import { plainSampling } from '../helpers/tiny-generator.ts';
import {
  makeWorkplace,
  openWhole,
  tinyPrompt,
  tinySettings,
  type WholeApplication,
  type Workplace,
} from '../helpers/whole-application.ts';

let workplace: Workplace;
let whole: WholeApplication;
let cost: CacheCost;

beforeAll(async () => {
  workplace = await makeWorkplace();
  whole = await openWhole(workplace, 'compare.db');
  const { generator } = await whole.compare(tinySettings(workplace, { candidates: 2 }));
  const promptTokens = await whole.engine.countPromptTokens({ prompt: tinyPrompt, maxTokens: 1 });
  cost = cacheCost(generator.cache, promptTokens);
});

afterAll(() => {
  whole.close();
  workplace.remove();
});

const laneOf = (run: RunDetails, strategy: StrategyName): LaneDetails => {
  const lane = run.lanes.find((one) => one.strategy === strategy);
  if (lane === undefined) throw new Error(`the run has no lane ${strategy}`);
  return lane;
};

const roundsOf = ({ events }: Pick<LaneDetails, 'events'>) =>
  events.flatMap((event) => (event.type === 'round' ? [{ ...event, at: 0, cacheBytes: 0 }] : []));

/** Settings that look random and are always the same: what a person might choose, the extremes included. */
function randomSettings(number: number): RunSettings {
  const uniform = seededUniform(1000 + number);
  const whole = (from: number, to: number) => from + Math.floor(uniform() * (to - from + 1));
  const oneOf = <Item>(...items: [Item, ...Item[]]): Item =>
    items[whole(0, items.length - 1)] ?? items[0];
  const candidates = whole(2, 20);
  const maxTokens = whole(3, 60);
  const alpha = oneOf(0.1, 0.3, 0.5, 0.7, 0.95);
  const rows = whole(1, candidates);
  return tinySettings(workplace, {
    candidates,
    maxTokens,
    alpha,
    memory: budgetHolding(rows, maxTokens, cost),
    seed: whole(0, 1e9),
    sampling: {
      temperature: oneOf(1, 1, 0.6, 1.7),
      topK: oneOf(0, 0, 40),
      topP: oneOf(1, 1, 0.9),
      minP: oneOf(0, 0, 0.02),
      repetitionPenalty: oneOf(1, 1, 1.2),
    },
  });
}

const settingNumbers = Array.from({ length: 20 }, (_, number) => number);

/** What must hold of every finished lane, whatever was set. */
function expectSound(lane: LaneDetails, run: RunDetails): void {
  expect(lane.status).toBe('done');
  expect(lane.peakCacheBytes).toBeLessThanOrEqual(run.budgetBytes);
  const lengths = lane.candidates.map(({ tokens }) => tokens.length);
  expect(lane.tokensGenerated).toBe(lengths.reduce((sum, length) => sum + length, 0));
  expect(Math.max(...lengths)).toBeLessThanOrEqual(run.settings.maxTokens);
  const chosen = lane.candidates.find(({ state }) => state === 'chosen');
  expect(lane.chosen).toEqual({ index: chosen?.index, reward: chosen?.reward });
  const finished = lane.candidates.filter(({ state }) => state === 'finished');
  for (const { reward } of finished) {
    expect(reward ?? -Infinity).toBeLessThanOrEqual(lane.chosen?.reward ?? NaN);
  }
}

describe('Best-of-N and Speculative Rejection over the same candidates', () => {
  it.each(settingNumbers)(
    'every answer of Speculative Rejection is the beginning of the same answer of Best-of-N (settings %i)',
    async (number) => {
      const run = await whole.compare(randomSettings(number));
      const full = laneOf(run, 'best-of-n');
      const early = laneOf(run, 'speculative-rejection');
      expectSound(full, run);
      expectSound(early, run);
      for (const candidate of early.candidates) {
        const same = full.candidates.find(({ index }) => index === candidate.index);
        expect(candidate.tokens).toEqual(same?.tokens.slice(0, candidate.tokens.length));
        const isWhole = candidate.finish === 'stop' || candidate.finish === 'length';
        if (isWhole) expect(candidate).toMatchObject({ finish: same?.finish, text: same?.text });
        if (isWhole) expect(candidate.reward).toBe(same?.reward);
        if (candidate.state === 'rejected')
          expect(candidate.rejectedAt).toBe(candidate.tokens.length);
      }
    },
  );

  it('both choose the same answer where alpha is 0 and the memory holds all', async () => {
    const memory = budgetHolding(12, 40, cost);
    const run = await whole.compare(tinySettings(workplace, { alpha: 0, memory }));
    expect(laneOf(run, 'speculative-rejection').chosen).toEqual(laneOf(run, 'best-of-n').chosen);
    expect(roundsOf(laneOf(run, 'speculative-rejection'))).toEqual([]);
  });

  it('the budget is really used: some of these settings stop answers, and in several decisions', async () => {
    const listed = (await whole.application.history(100)).slice(0, 21);
    const runs = await Promise.all(listed.map(({ id }) => whole.application.show(id)));
    const rounds = runs.map((run) => roundsOf(laneOf(run, 'speculative-rejection')).length);
    expect(Math.max(...rounds)).toBeGreaterThanOrEqual(3);
  });
});

describe('a replay over recorded answers', () => {
  /** The engine's own rewards of beginnings of the very answers that the run wrote. */
  async function engineScorer({ settings }: RunDetails) {
    const { engine } = whole;
    const { seed, sampling, maxTokens } = settings;
    await engine.beginLane({
      prompt: tinyPrompt,
      seed,
      sampling,
      maxTokens,
      logProbabilities: settings.reward === 'likelihood',
    });
    await engine.start(Array.from({ length: Number(settings.candidates) }, (_, index) => index));
    await engine.advance(maxTokens);
    return async (index: number, tokens: number) => {
      const [score] = (await engine.score([{ index, tokens }])).scores;
      if (score === undefined) throw new Error('the engine gave no score');
      return score;
    };
  }

  const cases: [string, number, Partial<RunSettings>][] = [
    ['half stopped, a quarter fits', 3, {}],
    ['few stopped, half fits', 6, { alpha: 0.3, seed: 5 }],
    ['many stopped, an eighth fits', 2, { candidates: 16, alpha: 0.7, maxTokens: 64, seed: 9 }],
    ['one row fits', 1, { candidates: 5, alpha: 0.5, maxTokens: 33 }],
    ['cooler answers', 4, { sampling: { ...plainSampling, temperature: 0.7, topP: 0.9 }, seed: 3 }],
    ['the likelihood is the reward', 3, { reward: 'likelihood', seed: 4 }],
  ];

  it.each(cases)('decides as the live lane did: %s', async (_name, rows, changes) => {
    const plain = tinySettings(workplace, changes);
    const memory = budgetHolding(rows, plain.maxTokens, cost);
    const settings = { ...plain, memory };
    const run = await whole.compare(settings);
    const live = laneOf(run, 'speculative-rejection');
    const recorded = laneOf(run, 'best-of-n').candidates.map(({ index, tokens, finish }) => ({
      index,
      tokens,
      finish: finish === 'stop' ? ('stop' as const) : ('length' as const),
    }));
    const budget: CacheBudget = { budgetBytes: memory, maxTokens: settings.maxTokens, cost };
    const promptTokens = live.events.find((event) => event.type === 'prompt-read')?.promptTokens;
    const replay = await replayLane(
      recorded,
      await engineScorer(run),
      { ...budget, candidates: recorded.length, alpha: settings.alpha, observe: false },
      promptTokens ?? NaN,
    );

    expect(roundsOf(replay)).toEqual(roundsOf(live));
    expect(roundsOf(live).length).toBeGreaterThan(0);
    const { tokensGenerated, tokensScored, chosen } = live;
    expect(replay.summary).toMatchObject({ tokensGenerated, tokensScored });
    expect(replay.summary.chosen).toEqual(chosen);
    const fateOf = ({
      index,
      state,
      finish,
      tokens,
      reward,
      rejectedAt,
    }: LaneDetails['candidates'][0]) => ({
      index,
      state,
      finish,
      tokens,
      reward,
      rejectedAt,
    });
    expect(replay.summary.candidates.map((one) => fateOf({ ...one, endedAtMs: null }))).toEqual(
      live.candidates.map(fateOf),
    );
  });
});

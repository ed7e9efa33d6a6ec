/** What holds for every script: properties over random answers, rewards, budgets and faults. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WinnowError } from '../../../../src-main/contract/errors.ts';
import type { LaneEvent, RoundEvent } from '../../../../src-main/contract/events.ts';
import { cacheCost } from '../../../../src-main/domain/cache-cost.ts';
import { budgetHolding, rowsAtTheStart, rowsToTheEnd } from '../../../../src-main/domain/budget.ts';
import { isScored, keepCount, rankByReward } from '../../../../src-main/domain/ranking.ts';
import {
  runScript,
  type Script,
  type ScriptedAnswer,
  type ScriptedRun,
} from '../../../helpers/scripted-generator.ts';

const runs = { seed: 20_241_020, numRuns: 300 };

/** Few distinct rewards, so that ties are common, and some that are no numbers. */
const rewardAt = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -4, max: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom(null, NaN, Infinity, -Infinity) },
);

/** An answer with a reward curve that changes every five tokens and ends with a reward of its own. */
const scriptedAnswer: fc.Arbitrary<ScriptedAnswer> = fc
  .record({
    length: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constant(99)),
    curve: fc.array(rewardAt, { minLength: 13, maxLength: 13 }),
  })
  .map(({ length, curve }) => ({
    length,
    reward: (tokens: number) => curve[Math.floor(tokens / 5) % curve.length] ?? null,
  }));

const script: fc.Arbitrary<Script> = fc
  .record({
    answers: fc.array(scriptedAnswer, { minLength: 1, maxLength: 24 }),
    alpha: fc.constantFrom(0.05, 0.1, 0.3, 0.5, 0.7, 0.95),
    maxTokens: fc.integer({ min: 1, max: 60 }),
    rowsHeld: fc.integer({ min: 1, max: 24 }),
    spareShare: fc.double({ min: 0, max: 1, noNaN: true }),
    promptTokens: fc.integer({ min: 1, max: 50 }),
    runTokens: fc.constantFrom(1, 4, 32),
    observe: fc.boolean(),
  })
  .map(({ answers, alpha, maxTokens, rowsHeld, spareShare, promptTokens, ...rest }) => {
    const { runTokens, observe } = rest;
    const geometry = { bytesPerToken: 24, blockTokens: 16, runTokens, chunkTokens: 16, layers: 3 };
    const cost = cacheCost(geometry, promptTokens);
    const holding = budgetHolding(rowsHeld, maxTokens, cost);
    const next = budgetHolding(rowsHeld + 1, maxTokens, cost);
    const budgetBytes = holding + Math.floor((next - holding) * spareShare * 0.999);
    const candidates = answers.length;
    return {
      answers,
      settings: { candidates, alpha, observe, maxTokens, budgetBytes, cost },
      tokensPerRun: runTokens,
    };
  });

const faults = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 6 });

const isRound = (event: LaneEvent): event is RoundEvent => event.type === 'round';
const speculative = (given: Script) => runScript('speculative-rejection', given);
const bestOfN = (given: Script) => runScript('best-of-n', given);

/** Expected failures only: everything else that is thrown is a fault of the strategy. */
function expectKnownEnd({ outcome, error }: ScriptedRun): void {
  if (outcome !== null) return;
  expect(error).toBeInstanceOf(WinnowError);
  expect(['no-reward', 'out-of-memory']).toContain((error as WinnowError).code);
}

function expectTokensToAddUp({ summary }: ScriptedRun): void {
  const kept = summary.candidates.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const lost = summary.candidates.reduce((sum, { tokensLost }) => sum + tokensLost, 0);
  expect(summary.tokensGenerated).toBe(kept + lost);
  expect(summary.tokensThrownAway).toBeLessThanOrEqual(summary.tokensGenerated);
}

/** Ranks what a round saw, from the events before it, and compares with whom it rejected. */
function expectSurvivorsAtTheTop({ events }: ScriptedRun): void {
  const live = new Set<number>();
  const ended = new Set<number>();
  const rewards = new Map<number, number | null>();
  for (const event of events) {
    if (event.type === 'started') event.candidates.forEach((index) => live.add(index));
    if (event.type === 'advanced') {
      for (const { index, finish } of event.candidates) {
        if (finish === null) continue;
        live.delete(index);
        ended.add(index);
      }
    }
    if (event.type === 'scored') event.scores.forEach((it) => rewards.set(it.index, it.reward));
    if (!isRound(event)) continue;
    expect(event.live).toBe(live.size);
    const alive = [...live].map((index) => ({ index, reward: rewards.get(index) ?? null }));
    const order = rankByReward(alive).map(({ index }) => index);
    const survivors = order.slice(0, order.length - event.rejected.length);
    expect(new Set(order.slice(survivors.length))).toEqual(new Set(event.rejected));
    expect(event.rejected.length).toBeGreaterThan(0);
    event.rejected.forEach((index) => live.delete(index));
    const { cutoff } = event;
    if (cutoff === null) continue;
    for (const index of survivors) expect(rewards.get(index)).toBeGreaterThanOrEqual(cutoff);
    for (const index of event.rejected) {
      const reward = rewards.get(index);
      if (isScored(reward)) expect(reward).toBeLessThanOrEqual(cutoff);
    }
  }
}

describe('every run of Speculative Rejection', () => {
  it('ends, holds the budget, loses nothing, and lets only the top of the ranking go on', async () => {
    await fc.assert(
      fc.asyncProperty(script, async (given) => {
        const result = await speculative(given);
        expectKnownEnd(result);
        expectTokensToAddUp(result);
        expectSurvivorsAtTheTop(result);
        const { summary, generator } = result;
        const { settings } = given;
        expect(generator.peakBytes).toBeLessThanOrEqual(settings.budgetBytes);
        expect(summary.peakCacheBytes).toBeLessThanOrEqual(settings.budgetBytes);
        const started = rowsAtTheStart(settings, settings.candidates);
        const states = summary.candidates.map(({ state }) => state);
        expect(states.filter((state) => state === 'not-started')).toHaveLength(
          settings.candidates - started,
        );
        expect(states).not.toContain('interrupted');
        expect(summary.rounds.length).toBeLessThan(settings.candidates);
      }),
      runs,
    );
  });

  it('keeps exactly the count of rule 1 wherever one more could not be freed otherwise', async () => {
    await fc.assert(
      fc.asyncProperty(script, async (given) => {
        const { events } = await speculative(given);
        let finished = 0;
        let lastPosition = -1;
        for (const event of events) {
          if (event.type === 'advanced') {
            finished += event.candidates.filter(({ finish }) => finish !== null).length;
          }
          if (!isRound(event)) continue;
          const again = event.position === lastPosition;
          lastPosition = event.position;
          const ranked = again ? event.live : event.live + finished;
          const mostKept = keepCount(given.settings.alpha, ranked);
          const survivors = event.live - event.rejected.length;
          expect(survivors).toBeLessThanOrEqual(mostKept);
          if (finished === 0 || again) expect(survivors).toBe(Math.min(mostKept, event.live - 1));
        }
      }),
      runs,
    );
  });

  it('chooses the best final reward of all that finished, the lower index of equal ones', async () => {
    await fc.assert(
      fc.asyncProperty(script, async (given) => {
        for (const result of [await speculative(given), await bestOfN(given)]) {
          const finished = result.summary.candidates.filter(({ finish }) =>
            ['stop', 'length'].includes(finish ?? ''),
          );
          const [best] = rankByReward(finished);
          const expected = isScored(best?.reward)
            ? { index: best?.index, reward: best?.reward }
            : null;
          expect(result.outcome).toEqual(expected);
          expect(result.summary.chosen).toEqual(expected);
        }
      }),
      runs,
    );
  });

  it('writes prefixes of the answers that Best-of-N writes', async () => {
    await fc.assert(
      fc.asyncProperty(script, async (given) => {
        const [some, all] = [await speculative(given), await bestOfN(given)];
        for (const candidate of some.summary.candidates) {
          const whole = all.summary.candidates[candidate.index]?.tokens ?? [];
          expect(whole.slice(0, candidate.tokens.length)).toEqual(candidate.tokens);
          if (candidate.finish === 'stop') expect(candidate.tokens).toEqual(whole);
        }
        expect(some.summary.tokensGenerated).toBeLessThanOrEqual(all.summary.tokensGenerated);
      }),
      runs,
    );
  });

  it('with alpha 0 and a large budget chooses what Best-of-N chooses', async () => {
    await fc.assert(
      fc.asyncProperty(script, async (given) => {
        const { candidates, maxTokens, cost } = given.settings;
        const budgetBytes = budgetHolding(candidates, maxTokens, cost);
        const roomy = { ...given, settings: { ...given.settings, alpha: 0, budgetBytes } };
        const [some, all] = [await speculative(roomy), await bestOfN(roomy)];
        expect(some.outcome).toEqual(all.outcome);
        expect(some.summary.rounds).toEqual([]);
      }),
      runs,
    );
  });
});

describe('every run of Best-of-N', () => {
  it('ends, holds the budget, and finishes every answer in waves that fit', async () => {
    await fc.assert(
      fc.asyncProperty(script, async (given) => {
        const result = await bestOfN(given);
        expectKnownEnd(result);
        expectTokensToAddUp(result);
        const { settings } = given;
        expect(result.generator.peakBytes).toBeLessThanOrEqual(settings.budgetBytes);
        const waves = result.events.filter(({ type }) => type === 'started').length;
        expect(waves).toBe(Math.ceil(settings.candidates / rowsToTheEnd(settings)));
        expect(result.summary.tokensThrownAway).toBe(0);
        const lengths = given.answers.map(({ length }) => Math.min(length, settings.maxTokens));
        expect(result.summary.candidates.map(({ tokens }) => tokens.length)).toEqual(lengths);
      }),
      runs,
    );
  });

  it('stops where the tokens or the time that it may use are used up', async () => {
    const limit = fc.integer({ min: 0, max: 400 });
    await fc.assert(
      fc.asyncProperty(script, limit, async (given, allowed) => {
        const withTokens = { ...given.settings, stopAfter: { tokens: allowed } };
        const byTokens = await bestOfN({ ...given, settings: withTokens });
        let written = 0;
        let waves = 0;
        for (const event of byTokens.events) {
          if (event.type === 'advanced') {
            for (const { tokens } of event.candidates) written += tokens.length;
          }
          if (event.type !== 'started') continue;
          waves += 1;
          if (waves > 1) expect(written).toBeLessThan(allowed);
        }
        const unwritten = byTokens.summary.candidates.some(({ state }) => state === 'not-started');
        if (unwritten) expect(written).toBeGreaterThanOrEqual(allowed);

        const withTime = { ...given.settings, stopAfter: { ms: allowed } };
        const byTime = await bestOfN({ ...given, settings: withTime });
        expectKnownEnd(byTime);
        const stopped = byTime.summary.candidates.some(({ state }) =>
          ['interrupted', 'not-started'].includes(state),
        );
        if (stopped) expect(byTime.generator.clock).toBeGreaterThanOrEqual(allowed);
      }),
      runs,
    );
  });
});

describe('running out of memory', () => {
  it.each(['best-of-n', 'speculative-rejection'] as const)(
    'ends %s with an answer, or with a clear error once one row is left',
    async (strategy) => {
      await fc.assert(
        fc.asyncProperty(script, faults, async (given, outOfMemoryAt) => {
          const result = await runScript(strategy, { ...given, outOfMemoryAt });
          expectKnownEnd(result);
          expectTokensToAddUp(result);
          if (strategy === 'speculative-rejection') expectSurvivorsAtTheTop(result);
          if (result.outcome === null) return;
          const states = result.summary.candidates.map(({ state }) => state);
          expect(states).not.toContain('interrupted');
          const whole = given.answers.map(({ length }) =>
            Math.min(length, given.settings.maxTokens),
          );
          for (const { index, finish, tokens } of result.summary.candidates) {
            if (finish === 'stop' || finish === 'length')
              expect(tokens).toHaveLength(whole[index] ?? 0);
          }
          if (strategy === 'best-of-n') expect(states).not.toContain('rejected');
        }),
        runs,
      );
    },
  );
});

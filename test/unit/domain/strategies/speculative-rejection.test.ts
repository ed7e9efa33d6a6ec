import { describe, expect, it } from 'vitest';
import type { RoundEvent } from '../../../../src-main/contract/events.ts';
import type { StrategySettings } from '../../../../src-main/domain/strategies/strategy.ts';
import {
  answer,
  plainCost,
  runScript,
  type Script,
  type ScriptedAnswer,
} from '../../../helpers/scripted-generator.ts';

const settings = (changes: Partial<StrategySettings>): StrategySettings => ({
  candidates: 4,
  alpha: 0.5,
  observe: false,
  maxTokens: 40,
  budgetBytes: 80,
  cost: plainCost(),
  ...changes,
});

const run = (
  answers: ScriptedAnswer[],
  changes: Partial<StrategySettings> = {},
  script: Partial<Script> = {},
) =>
  runScript('speculative-rejection', {
    answers,
    settings: settings({ candidates: answers.length, ...changes }),
    ...script,
  });

const rounds = ({ events }: Awaited<ReturnType<typeof run>>): RoundEvent[] =>
  events.filter((event) => event.type === 'round');

const long = (...rewards: (number | null)[]) => rewards.map((reward) => answer(40, reward));

describe('speculative rejection', () => {
  it('decides when the memory is full, keeps the best half, and chooses the best of the finished', async () => {
    const result = await run(long(1, 4, 2, 3));
    // 80 bytes hold 4 rows for 20 tokens, and 2 rows to the end.
    expect(rounds(result)).toMatchObject([
      { position: 20, live: 4, cutoff: 3, rejected: [0, 2], cacheBytes: 80 },
    ]);
    expect(result.outcome).toEqual({ index: 1, reward: 4 });
    expect(result.summary.candidates.map(({ state }) => state)).toEqual([
      'rejected',
      'chosen',
      'rejected',
      'finished',
    ]);
    expect(result.summary).toMatchObject({ tokensGenerated: 120, tokensThrownAway: 40 });
    expect(result.generator.peakBytes).toBeLessThanOrEqual(80);
  });

  it('scores every text once for each decision, and finished answers once in all', async () => {
    const result = await run([answer(5, 1), answer(40, 2), answer(40, 3), answer(40, 4)]);
    // 20 tokens fit for four rows; then two of the three that are left and the finished one are kept.
    expect(result.generator.scoredTexts.map(({ index }) => index)).toEqual([0, 1, 2, 3, 2, 3]);
    expect(result.summary.tokensScored).toBe(8 + 3 * 23 + 2 * 43);
  });

  it('rounds halves up: with alpha 0.5, two of three are kept (edge case 1)', async () => {
    const result = await run(long(1, 2, 3), { budgetBytes: 80 });
    expect(rounds(result)[0]?.rejected).toEqual([0]);
  });

  it('keeps the lower index where rewards are equal at the cutoff (edge case 2)', async () => {
    const result = await run(long(7, 7, 7, 7));
    expect(rounds(result)[0]?.rejected).toEqual([2, 3]);
    expect(result.outcome?.index).toBe(0);
  });

  it('ranks what could not be scored below every number (edge case 3)', async () => {
    const result = await run(long(null, Infinity, -900, NaN));
    expect(rounds(result)[0]).toMatchObject({ rejected: [1, 3], cutoff: null });
    expect(result.outcome).toEqual({ index: 2, reward: -900 });
  });

  it('fails with the texts kept where nothing could be scored (edge case 3)', async () => {
    const result = await run(long(null, NaN));
    expect(result.error).toMatchObject({ code: 'no-reward' });
    expect(result.summary.candidates.every(({ text }) => text.startsWith('answer'))).toBe(true);
  });

  it('with alpha 0 says before it starts that the budget is too small (edge case 4)', async () => {
    const result = await run(long(1, 2, 3, 4), { alpha: 0, budgetBytes: 159 });
    expect(result.error).toMatchObject({
      code: 'budget-too-small',
      details: { smallestBudgetBytes: 160 },
    });
    expect(result.generator.calls).toBe(0);
    const enough = await run(long(1, 2, 3, 4), { alpha: 0, budgetBytes: 160 });
    expect(enough.outcome?.index).toBe(3);
    expect(rounds(enough)).toEqual([]);
  });

  it.each([1, 0.96, -0.1, NaN])('refuses alpha %s (edge case 4)', async (alpha) => {
    const result = await run(long(1, 2), { alpha });
    expect(result.error).toMatchObject({ code: 'setting-invalid' });
    expect(result.generator.calls).toBe(0);
  });

  it('writes a last live row to its end without decisions (edge case 5)', async () => {
    const result = await run(long(1, 2), { budgetBytes: 40 });
    expect(rounds(result)).toMatchObject([{ position: 20, rejected: [0] }]);
    expect(result.summary.candidates[1]).toMatchObject({ finish: 'stop', rank: 1 });
  });

  it('makes no decision when all live rows have finished (edge case 6)', async () => {
    const result = await run([answer(12, 1), answer(20, 2), answer(3, 9), answer(20, 4)]);
    expect(rounds(result)).toEqual([]);
    expect(result.outcome?.index).toBe(2);
  });

  it('ranks finished answers with the live ones, and lets those under the cutoff compete (edge case 7)', async () => {
    const climbing: ScriptedAnswer = { length: 40, reward: (tokens) => (tokens < 40 ? 6 : 0) };
    const result = await run([answer(5, 5), climbing, climbing, answer(40, -1)]);
    // Ranked: 1, 2, 0 (finished), 3. Two are kept; the finished one falls under the cutoff and wins in the end.
    expect(rounds(result)[0]).toMatchObject({ cutoff: 6, rejected: [3] });
    expect(result.outcome).toEqual({ index: 0, reward: 5 });
  });

  it('counts a finished answer no longer once it has fallen under a cutoff (edge case 7)', async () => {
    const result = await run([answer(5, -5), ...long(1, 2, 3, 4, 5, 6)], {
      budgetBytes: 60,
      maxTokens: 60,
    });
    // Seven are ranked and four kept, so the finished one falls; then four are ranked and two kept.
    expect(rounds(result).slice(0, 2)).toMatchObject([
      { live: 6, rejected: [1, 2] },
      { live: 4, rejected: [3, 4] },
    ]);
  });

  it('names the smallest budget where not even one row fits (edge case 8)', async () => {
    const result = await run(long(1, 2), { budgetBytes: 39 });
    expect(result.error).toMatchObject({
      code: 'budget-too-small',
      details: { smallestBudgetBytes: 40 },
    });
    expect(result.generator.calls).toBe(0);
    expect((await run(long(1, 2), { budgetBytes: 40 })).error).toBeNull();
  });

  it('starts fewer than asked for where the first 8 tokens do not fit, and says so (edge case 8)', async () => {
    const result = await run(long(1, 2, 3, 4, 5, 6, 7, 8), { budgetBytes: 47 });
    expect(result.summary.candidates.filter(({ state }) => state === 'not-started')).toHaveLength(
      3,
    );
    expect(result.summary.notices).toMatchObject([
      {
        code: 'fewer-started',
        message:
          'The memory budget of 0.000047 MB holds only 5 of the 8 answers at their start, so 5 were started. 0.000064 MB would start them all.',
      },
    ]);
  });

  it('scores what the length limit cut, with that as its end (edge case 10)', async () => {
    const result = await run([answer(99, 1), answer(99, 2)]);
    expect(result.summary.candidates).toMatchObject([
      { finish: 'length', reward: 1 },
      { finish: 'length', reward: 2, state: 'chosen' },
    ]);
  });

  it('scores an empty answer as the empty text that it is (edge case 11)', async () => {
    const result = await run([answer(1, 3), answer(40, 2)]);
    expect(result.outcome).toEqual({ index: 0, reward: 3 });
    expect(result.summary.candidates[0]?.tokens).toHaveLength(1);
  });

  it('stops at least one live row when finished answers alone would fall (edge case 13)', async () => {
    const result = await run([answer(2, -5), answer(40, 1), answer(40, 2), answer(40, 3)], {
      alpha: 0.25,
    });
    expect(rounds(result)[0]).toMatchObject({ position: 20, live: 3, rejected: [1], cutoff: 2 });
  });

  it('decides again over the live rows alone until the next token fits (edge case 13)', async () => {
    // One row holds 40 bytes and each more costs 20: after 10 tokens even the survivors of one decision are too many.
    const cost = {
      whileReading: 0,
      whileAdvancing: (rows: number, position: number, tokens: number) =>
        position + tokens <= 10 ? rows : rows * 20,
    };
    const result = await run(long(1, 2, 3, 4, 5, 6, 7, 8), { budgetBytes: 40, cost });
    expect(rounds(result)).toMatchObject([
      { position: 10, live: 8, rejected: [0, 1, 2, 3], cutoff: 5 },
      { position: 10, live: 4, rejected: [4, 5], cutoff: 7 },
    ]);
    expect(result.generator.scoredTexts).toHaveLength(8 + 2);
  });

  it('ends when all that were kept have finished (edge case 13)', async () => {
    const result = await run([answer(3, 9), answer(3, 8), answer(40, 1), answer(40, 2)]);
    expect(rounds(result)).toMatchObject([{ rejected: [2, 3], cutoff: 8 }]);
    expect(result.outcome?.index).toBe(0);
    expect(result.summary.position).toBe(20);
  });

  it('says that nothing was stopped, and offers a budget that would stop some', async () => {
    const result = await run(long(1, 2, 3, 4), { budgetBytes: 1600 });
    expect(result.summary.notices).toMatchObject([
      {
        code: 'nothing-stopped',
        message:
          'Nothing was stopped: the memory budget of 0.0016 MB holds all 4 answers to the end. Try a budget of 0.00004 MB.',
      },
    ]);
  });

  it('keeps the better half of the live rows when memory runs out, and says so', async () => {
    const result = await run(long(1, 4, 2, 3), { budgetBytes: 1600 }, { outOfMemoryAt: [3] });
    expect(rounds(result)).toMatchObject([{ position: 8, live: 4, cutoff: 3, rejected: [0, 2] }]);
    expect(result.summary.notices).toMatchObject([{ code: 'rows-halved' }]);
    expect(result.outcome?.index).toBe(1);
  });

  it('fails when memory runs out with one row left, and lets a stop through', async () => {
    const exhausted = await run(long(1, 2), {}, { outOfMemoryAt: [1, 2, 3] });
    expect(exhausted.error).toMatchObject({ code: 'out-of-memory' });
    const cancelled = await run(long(1, 2), {}, { cancelledAt: 2 });
    expect(cancelled.error).toMatchObject({ code: 'cancelled' });
    expect(cancelled.summary.candidates).toMatchObject([
      { state: 'interrupted', finish: null },
      { state: 'interrupted', finish: null },
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import type { StrategySettings } from '../../../../src-main/domain/strategies/strategy.ts';
import {
  answer,
  plainCost,
  runScript,
  type Script,
  type ScriptedAnswer,
} from '../../../helpers/scripted-generator.ts';

const run = (
  answers: ScriptedAnswer[],
  changes: Partial<StrategySettings> = {},
  script: Partial<Script> = {},
) =>
  runScript('best-of-n', {
    answers,
    settings: {
      candidates: answers.length,
      alpha: 0.5,
      observe: false,
      maxTokens: 40,
      budgetBytes: 80,
      cost: plainCost(),
      ...changes,
    },
    ...script,
  });

const waves = ({ events }: Awaited<ReturnType<typeof run>>) =>
  events.flatMap((event) => (event.type === 'started' ? [event.candidates] : []));

const five = [answer(10, 1), answer(40, 2), answer(7, 5), answer(12, 3), answer(30, 4)];

describe('best-of-n', () => {
  it('runs in waves of as many rows as the budget holds at full length', async () => {
    const result = await run(five);
    expect(waves(result)).toEqual([[0, 1], [2, 3], [4]]);
    expect(result.outcome).toEqual({ index: 2, reward: 5 });
    expect(result.summary.tokensGenerated).toBe(99);
    expect(result.summary.tokensThrownAway).toBe(0);
    expect(result.summary.candidates.map(({ rank }) => rank)).toEqual([5, 4, 1, 3, 2]);
    expect(result.generator.peakBytes).toBeLessThanOrEqual(80);
  });

  it('scores whole answers only, each once', async () => {
    const result = await run(five);
    expect(result.generator.scoredTexts.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect(result.summary.tokensScored).toBe(99 + 5 * 3);
  });

  it('chooses the lower index of equal rewards, and never one that could not be scored', async () => {
    expect((await run([answer(4, null), answer(4, 2), answer(9, 2)])).outcome?.index).toBe(1);
    expect((await run([answer(4, null), answer(4, NaN)])).error).toMatchObject({
      code: 'no-reward',
    });
  });

  it('names the smallest budget before anything runs', async () => {
    const result = await run(five, { budgetBytes: 39 });
    expect(result.error).toMatchObject({
      code: 'budget-too-small',
      details: { smallestBudgetBytes: 40 },
    });
    expect(result.generator.calls).toBe(0);
  });

  it('with observe scores the beginnings too, after the choice, and counts nothing of it', async () => {
    const [observed, plain] = [await run(five, { observe: true }), await run(five)];
    const afterChoice = observed.events.slice(plain.events.length);
    expect(
      afterChoice.map((event) => event.type === 'scored' && [event.kind, event.position]),
    ).toEqual([
      ['observed', 16],
      ['observed', 32],
    ]);
    expect(observed.events.slice(0, plain.events.length)).toEqual(plain.events);
    const { tokensScored, timeMs, wallMs } = observed.summary;
    expect({ tokensScored, timeMs, wallMs }).toEqual({
      tokensScored: plain.summary.tokensScored,
      timeMs: plain.summary.timeMs,
      wallMs: plain.summary.wallMs,
    });
    expect(observed.summary.candidates[4]).toMatchObject({
      reward: 4,
      partialRewards: [{ position: 16, reward: 4, observed: true }],
    });
  });

  it('puts the upper half of the wave back into the queue when memory runs out', async () => {
    const result = await run(five, { budgetBytes: 160 }, { outOfMemoryAt: [2] });
    // Four tokens of 0 to 3 are written when memory runs out: 2 and 3 start again, before 4, in waves of two.
    expect(waves(result)).toEqual([[0, 1, 2, 3], [2, 3], [4]]);
    expect(result.summary.notices).toMatchObject([
      {
        code: 'rows-halved',
        message:
          'The computer ran out of memory with 4 answers at 4 tokens; 2 go on, 2 start again later.',
      },
    ]);
    expect(result.summary).toMatchObject({ tokensGenerated: 99 + 8, tokensThrownAway: 8 });
    expect(result.summary.candidates.map(({ tokens }) => tokens.length)).toEqual([
      10, 40, 7, 12, 30,
    ]);
    expect(result.outcome?.index).toBe(2);
  });

  it('fails when memory runs out with one row', async () => {
    const result = await run(five, {}, { outOfMemoryAt: [1, 2, 3] });
    expect(result.error).toMatchObject({ code: 'out-of-memory' });
  });

  it('starts no more answers once as many tokens are written as Speculative Rejection wrote', async () => {
    const result = await run(five, { stopAfter: { tokens: 69 } });
    expect(waves(result)).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(result.outcome?.index).toBe(2);
    expect(result.summary.candidates[4]?.state).toBe('not-started');
    expect(result.summary.notices).toMatchObject([
      {
        code: 'limit-reached',
        message:
          'Stopped after 69 tokens, to be equal with Speculative Rejection: 4 of 5 answers were finished.',
      },
    ]);
    expect(waves(await run(five, { stopAfter: { tokens: 70 } }))).toHaveLength(3);
  });

  it('stops writing when the time is over: only finished answers compete', async () => {
    // 16 tokens take four runs of 1000 ms: the clock is looked at after 4 s, 8 s and so on.
    const result = await run(five, { stopAfter: { ms: 4000 } }, { msPerRun: 1000 });
    expect(result.outcome).toEqual({ index: 0, reward: 1 });
    expect(result.summary.candidates.map(({ state }) => state)).toEqual([
      'chosen',
      'interrupted',
      'not-started',
      'not-started',
      'not-started',
    ]);
    expect(result.summary.tokensThrownAway).toBe(16);
    expect(result.summary.notices[0]?.message).toBe(
      'Stopped after 4.0 seconds, to be equal with Speculative Rejection: 1 of 5 answers were finished.',
    );
  });

  it('finishes at least one answer, however short the time', async () => {
    const result = await run([answer(30, 1), answer(40, 2)], { stopAfter: { ms: 0 } });
    expect(result.outcome?.index).toBe(0);
  });
});

describe('greedy and single sample', () => {
  it.each(['greedy', 'single-sample'] as const)(
    '%s writes one answer and scores it',
    async (name) => {
      const result = await runScript(name, {
        answers: five,
        settings: {
          candidates: 64,
          alpha: 0.5,
          observe: true,
          maxTokens: 40,
          budgetBytes: 40,
          cost: plainCost(),
        },
      });
      expect(result.outcome).toEqual({ index: 0, reward: 1 });
      expect(result.summary.tokensGenerated).toBe(10);
      expect(result.summary.notices).toEqual([]);
      expect(result.events.map(({ type }) => type)).toEqual([
        'prompt-read',
        'started',
        'advanced',
        'advanced',
        'advanced',
        'scored',
        'chosen',
      ]);
    },
  );
});

import { describe, expect, it } from 'vitest';
import type { RunSettings } from '../../../src-main/contract/run.ts';
import { defaultSettings } from '../../../src-main/contract/settings.ts';
import { answerRoom } from '../../../src-main/domain/answer-room.ts';
import { summariseLane } from '../../../src-main/domain/lane-summary.ts';
import { budgetBytesOf, laneSettings, planLanes } from '../../../src-main/domain/plan.ts';
import { plainCost } from '../../helpers/scripted-generator.ts';

const budget = { budgetBytes: 160, maxTokens: 40, cost: plainCost() };

const settings = (changes: Partial<RunSettings>): RunSettings => ({
  ...defaultSettings,
  strategies: ['best-of-n', 'speculative-rejection'],
  candidates: 64,
  generator: 'generator',
  reward: 'likelihood',
  ...changes,
});

const plan = (changes: Partial<RunSettings>, reversed = false) =>
  planLanes(settings(changes), budget, reversed).map(({ strategy, candidates, limitedBy }) => [
    strategy,
    candidates,
    limitedBy,
  ]);

describe('the plan of a run', () => {
  it('gives both strategies the same candidates, in the order asked for or the opposite one', () => {
    expect(plan({})).toEqual([
      ['best-of-n', 64, null],
      ['speculative-rejection', 64, null],
    ]);
    expect(plan({}, true)[0]).toEqual(['speculative-rejection', 64, null]);
    expect(plan({ candidates: 'fit' })).toEqual([
      ['best-of-n', 20, null],
      ['speculative-rejection', 20, null],
    ]);
  });

  it('gives both the same memory: what fits at 8 tokens against one wave', () => {
    expect(plan({ hold: 'memory' })).toEqual([
      ['best-of-n', 4, null],
      ['speculative-rejection', 20, null],
    ]);
  });

  it.each(['tokens', 'time'] as const)(
    'runs Speculative Rejection first where %s are equal',
    (hold) => {
      const strategies: RunSettings['strategies'] = [
        'greedy',
        'best-of-n',
        'speculative-rejection',
      ];
      expect(plan({ hold, strategies })).toEqual([
        ['speculative-rejection', 64, null],
        ['greedy', 1, null],
        ['best-of-n', 64, hold],
      ]);
      expect(plan({ hold, strategies }, true)[0]?.[0]).toBe('speculative-rejection');
      expect(() => plan({ hold, strategies: ['best-of-n'] })).toThrow(
        expect.objectContaining({ code: 'setting-invalid' }),
      );
    },
  );

  it('limits Best-of-N to what Speculative Rejection used', () => {
    const summary = {
      ...summariseLane([], 64),
      tokensGenerated: 700,
      wallMs: 1234,
    };
    const finished = [{ strategy: 'speculative-rejection' as const, summary }];
    const stopAfter = (hold: RunSettings['hold']) =>
      planLanes(settings({ hold }), budget, false).map(
        (lane) => laneSettings(lane, settings({ hold }), budget, finished).stopAfter,
      );
    expect(stopAfter('tokens')).toEqual([undefined, { tokens: 700 }]);
    expect(stopAfter('time')).toEqual([undefined, { ms: 1234 }]);
    expect(stopAfter('candidates')).toEqual([undefined, undefined]);
  });

  it('draws greedily for the greedy lane alone', () => {
    const lanes = planLanes(settings({ strategies: ['greedy', 'single-sample'] }), budget, false);
    expect(lanes.map(({ sampling }) => sampling.temperature)).toEqual([0, 1]);
  });

  it('refuses a budget that does not hold one row, and makes one where it is left open', () => {
    const tooSmall = { ...budget, budgetBytes: 39 };
    expect(() => planLanes(settings({}), tooSmall, false)).toThrow(
      expect.objectContaining({ code: 'budget-too-small' }),
    );
    expect(budgetBytesOf(settings({ memory: 'auto' }), 40, plainCost())).toBe(16 * 40);
    expect(budgetBytesOf(settings({ memory: 77 }), 40, plainCost())).toBe(77);
  });
});

describe('the room for an answer', () => {
  it('is what the context leaves, and a clear error with both numbers where it leaves nothing', () => {
    expect(answerRoom(100, 2048, 160)).toBe(160);
    expect(answerRoom(2000, 2048, 160)).toBe(48);
    expect(() => answerRoom(2048, 2048, 160)).toThrow(
      "The prompt has 2048 tokens and fills the model's 2048 completely, so there is no room for an answer.",
    );
    expect(() => answerRoom(3000, 2048, 160)).toThrow(
      'The prompt has 3000 tokens, but the model can read only 2048.',
    );
  });
});

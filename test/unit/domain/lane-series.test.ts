import { describe, expect, it } from 'vitest';
import type { LaneEvent } from '../../../src-main/contract/events.ts';
import { createLaneSeriesFold } from '../../../src-main/domain/lane-series.ts';
import type { StrategySettings } from '../../../src-main/domain/strategies/strategy.ts';
import {
  answer,
  plainCost,
  runScript,
  type Script,
  type ScriptedAnswer,
} from '../../helpers/scripted-generator.ts';

const seriesOf = (events: LaneEvent[]) => {
  const fold = createLaneSeriesFold();
  for (const event of events) fold.add(event);
  return fold.series();
};

const run = async (
  strategy: 'best-of-n' | 'speculative-rejection',
  answers: ScriptedAnswer[],
  changes: Partial<StrategySettings> = {},
  script: Partial<Script> = {},
) => {
  const settings = {
    candidates: answers.length,
    alpha: 0.5,
    observe: false,
    maxTokens: 40,
    budgetBytes: 80,
    cost: plainCost(),
    ...changes,
  };
  const { events, summary } = await runScript(strategy, { answers, settings, ...script });
  return { events, summary, series: seriesOf(events) };
};

/** Under 80 bytes two of them are written at a time, 4 tokens a millisecond. */
const three = [answer(8, 1), answer(16, 2), answer(6, 3)];

describe('the series of a lane', () => {
  it('counts answers that are being written as a staircase, wave by wave', async () => {
    const { series } = await run('best-of-n', three);
    expect(series.alive).toEqual([
      { at: 0, tokens: 0, count: 2 },
      { at: 2, tokens: 16, count: 1 },
      { at: 4, tokens: 24, count: 0 },
      { at: 4, tokens: 24, count: 1 },
      { at: 6, tokens: 30, count: 0 },
    ]);
  });

  it('tells the length of every wave from its start', async () => {
    const { series } = await run('best-of-n', three);
    expect(series.length.map(({ at, position }) => [at, position])).toEqual([
      [0, 0],
      [1, 4],
      [2, 8],
      [3, 12],
      [4, 16],
      [4, 0],
      [5, 4],
      [6, 6],
    ]);
  });

  it('places final rewards where their answers ended, and remembers when they were told', async () => {
    const { series } = await run('best-of-n', three);
    expect(series.rewards).toEqual([
      { at: 2, tokens: 16, index: 0, position: 8, reward: 1, kind: 'final' },
      { at: 4, tokens: 24, index: 1, position: 16, reward: 2, kind: 'final' },
      { at: 6, tokens: 30, index: 2, position: 6, reward: 3, kind: 'final' },
    ]);
  });

  it('places an end inside an event by the tokens that the answer had in it', async () => {
    const { series } = await run('best-of-n', [answer(13, 1), answer(16, 2)]);
    expect(series.rewards[0]).toMatchObject({ at: 3.25, position: 13 });
  });

  it('places observed rewards where the text had that length in its own wave', async () => {
    const answers = [answer(24, 1), answer(40, 2), answer(34, 3)];
    const { series } = await run('best-of-n', answers, { observe: true });
    const observed = series.rewards.filter(({ kind }) => kind === 'observed');
    expect(observed.map(({ index, position, at }) => [index, position, at])).toEqual([
      [0, 16, 4],
      [1, 16, 4],
      [2, 16, 14],
      [1, 32, 8],
      [2, 32, 18],
    ]);
    expect(observed.map(({ tokens }) => tokens)).toEqual([32, 32, 80, 56, 96]);
  });

  it('interpolates observed rewards between two events', async () => {
    const answers = [answer(40, 1)];
    const { series } = await run('best-of-n', answers, { observe: true }, { tokensPerRun: 10 });
    const observed = series.rewards.filter(({ kind }) => kind === 'observed');
    expect(observed.map(({ at, tokens }) => ({ at, tokens }))).toEqual([
      { at: 1.6, tokens: 16 },
      { at: 3.2, tokens: 32 },
    ]);
  });

  it('follows an answer that memory made start again into its last wave', async () => {
    const answers = [answer(40, 1), answer(40, 2)];
    const script = { outOfMemoryAt: [3] };
    const { series } = await run('best-of-n', answers, { observe: true }, script);
    expect(series.alive.map(({ at, count }) => [at, count])).toEqual([
      [0, 2],
      [3, 1],
      [11, 0],
      [11, 1],
      [21, 0],
    ]);
    const second = series.rewards.filter(({ index }) => index === 1);
    expect(second.map(({ kind, position, at }) => [kind, position, at])).toEqual([
      ['final', 40, 21],
      ['observed', 16, 15],
      ['observed', 32, 19],
    ]);
  });

  it('tells decisions, and partial rewards where the text was written', async () => {
    const answers = Array.from({ length: 4 }, (_, index) => answer(40, index));
    const { series } = await run('speculative-rejection', answers);
    expect(series.rounds).toEqual([
      { at: 5, tokens: 80, position: 20, cutoff: 2, rejected: 2, live: 4 },
    ]);
    expect(series.rewards.filter(({ kind }) => kind === 'partial')).toMatchObject(
      [0, 1, 2, 3].map((index) => ({ at: 5, tokens: 80, index, position: 20, reward: index })),
    );
    expect(series.alive.map(({ count }) => count)).toEqual([4, 2, 0]);
  });

  it('draws the cache as saw-teeth that reach the budget and never pass it', async () => {
    const answers = Array.from({ length: 8 }, (_, index) => answer(40, index));
    const twice = {
      whileReading: 6,
      whileAdvancing: (rows: number, position: number, tokens: number) =>
        3 + rows * (position + 2 * tokens),
    };
    const { series } = await run('speculative-rejection', answers, {
      cost: twice,
      budgetBytes: 131,
    });
    const bytes = series.memory.map((point) => point.bytes);
    expect(Math.max(...bytes)).toBe(131);
    // The prompt; twice 4 tokens of 8 rows; their copies go, then half of the rows; 4 tokens of 4 rows.
    expect(bytes.slice(0, 8)).toEqual([0, 6, 3, 67, 131, 67, 35, 67]);
    expect(series.memory.at(-1)).toMatchObject({ bytes: 3 });
  });

  it('counts only the rows that are left in a call for what is held, at least what lies there', async () => {
    const { series } = await run('best-of-n', [answer(4, 1), answer(16, 2)]);
    expect(series.memory.map(({ at, bytes }) => [at, bytes])).toEqual([
      [0, 0],
      [1, 8],
      [2, 8],
      [3, 12],
      [4, 16],
      [4, 0],
    ]);
  });

  it('only grows, event by event', async () => {
    const { events } = await run('best-of-n', three, { observe: true });
    const fold = createLaneSeriesFold();
    const { rewards } = fold.series();
    for (const event of events) fold.add(event);
    expect(fold.series().rewards).toBe(rewards);
    expect(fold.series()).not.toBe(fold.series());
  });
});

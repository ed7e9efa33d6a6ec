import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { LaneEvent } from '../../../src-main/contract/events.ts';
import { ProgressLines } from '../../../src-main/terminal/progress.ts';

const plan = {
  strategy: 'speculative-rejection',
  order: 0,
  candidates: 32,
  sampling: { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 },
  limitedBy: null,
} as const;

const started: LaneEvent = { type: 'started', at: 1, candidates: [...Array(32).keys()] };
const advanced: LaneEvent = {
  type: 'advanced',
  at: 26_100,
  position: 60,
  live: 32,
  cacheBytes: 46_800_000,
  peakCacheBytes: 46_800_000,
  candidates: [...Array(32).keys()].map((index) => ({
    index,
    tokens: Array<number>(60).fill(7),
    logProbabilities: [],
    text: 'text',
    finish: null,
  })),
};

function progressOf(interactive: boolean, progressColumns: number, columns = progressColumns) {
  const said: string[] = [];
  let time = 0;
  const lines = new ProgressLines(
    {
      out: () => undefined,
      err: (text) => void said.push(text),
      interactive,
      columns,
      progressColumns,
      readInput: () => Readable.from([]),
      signal: new AbortController().signal,
    },
    // A terminal sees every event, a log none between the first and the last.
    () => (time += interactive ? 1000 : 0),
  );
  lines.listen({ type: 'lane-began', plan });
  for (const event of [started, advanced]) {
    lines.listen({ type: 'lane-event', strategy: plan.strategy, event });
  }
  return { lines, said };
}

it('says that devices are tried, not that a model is loaded, while they are', () => {
  const { lines, said } = progressOf(false, 80);
  lines.listen({
    type: 'loading',
    what: 'generator',
    progress: { step: 'trying', fraction: 0.5 },
  });
  expect(said.at(-1)).toBe('Trying which device is the fastest, only once …\n');
});

describe('the progress of a lane', () => {
  it('is a line that fits while it is drawn over again, with everything in it at 80 columns', () => {
    const { said } = progressOf(true, 80);
    expect(said).toHaveLength(2);
    for (const line of said) expect(line.replace('\r\u001b[2K', '').length).toBeLessThan(80);
    expect(said.at(-1)).toMatch(
      /Speculative Rejection 32 alive · 1,920 tokens · best – · [\d.]+ s · \d+\/\d+ MB/,
    );
  });

  it('fits the terminal that it goes to, wherever the results go', () => {
    const { said } = progressOf(true, 60, 200);
    for (const line of said) expect(line.replace('\r\u001b[2K', '').length).toBeLessThan(60);
  });

  it('ends with the whole line', () => {
    const { lines, said } = progressOf(true, 80);
    lines.listen({ type: 'lane-ended', strategy: plan.strategy, status: 'done' });
    expect(said.at(-1)).toMatch(/32 writing, 0 finished, 0 stopped · 1,920 tokens.*\n$/);
  });

  it('is told in a log only now and then, and never twice', () => {
    const { lines, said } = progressOf(false, 80);
    expect(said).toHaveLength(1);
    lines.listen({ type: 'lane-ended', strategy: plan.strategy, status: 'done' });
    lines.listen({ type: 'lane-ended', strategy: plan.strategy, status: 'done' });
    expect(said).toHaveLength(2);
  });

  it('tells once, above it, that a device failed', () => {
    const { lines, said } = progressOf(false, 80);
    const message = 'It runs on the processor instead.';
    for (let lane = 0; lane < 2; lane++) {
      lines.listen({ type: 'lane-began', plan });
      const event: LaneEvent = { type: 'notice', at: 0, code: 'device', message };
      lines.listen({ type: 'lane-event', strategy: plan.strategy, event });
    }
    expect(said.filter((line) => line === `Note: ${message}\n`)).toHaveLength(1);
  });
});

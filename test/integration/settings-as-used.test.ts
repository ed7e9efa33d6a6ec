import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunDetails, RunSettings } from '../../src-main/contract/run.ts';
import {
  makeWorkplace,
  openWhole,
  tinySettings,
  type WholeApplication,
  type Workplace,
} from '../helpers/whole-application.ts';

let workplace: Workplace;
let whole: WholeApplication;

beforeAll(async () => {
  workplace = await makeWorkplace({ contextLength: 64 });
  whole = await openWhole(workplace, 'settings.db');
});
afterAll(() => {
  whole.close();
  workplace.remove();
});

const compare = (changes: Partial<RunSettings>): Promise<RunDetails> =>
  whole.compare(tinySettings(workplace, { candidates: 3, maxTokens: 10, ...changes }));

const noticesOf = ({ lanes }: RunDetails): [string, string][][] =>
  lanes.map(({ events }) =>
    events.flatMap((event): [string, string][] =>
      event.type === 'notice' ? [[event.code, event.message]] : [],
    ),
  );

describe('the recorded settings', () => {
  it('are what was asked for, and nothing is said, where that was possible', async () => {
    const run = await compare({});
    expect(run.settings).toMatchObject({ maxTokens: 10, candidates: 3 });
    expect(noticesOf(run)).toEqual([[], []]);
  });

  it('hold the length that the context left, and every lane says so with both numbers', async () => {
    const run = await compare({ maxTokens: 500 });
    const { maxTokens } = run.settings;
    expect(maxTokens).toBeLessThan(64);
    for (const notices of noticesOf(run)) {
      const [code, message] = notices.find(([code]) => code === 'answers-shortened') ?? [];
      expect(code).toBe('answers-shortened');
      expect(message).toContain(`at most ${maxTokens} tokens, not the 500 asked for`);
    }
    for (const { candidates } of run.lanes) {
      for (const { tokens } of candidates) expect(tokens.length).toBeLessThanOrEqual(maxTokens);
    }
  });

  it('say `fit` where a stated memory decides the number of answers', async () => {
    const run = await compare({ hold: 'memory', memory: 60_000 });
    expect(run.settings.candidates).toBe('fit');
    for (const notices of noticesOf(run)) {
      expect(notices.map(([code]) => code)).toContain('candidates-from-memory');
      expect(notices.map(([, message]) => message).join()).toContain('play no part');
    }
    const usual = await compare({ hold: 'memory', memory: 60_000, candidates: 64 });
    expect(noticesOf(usual).flat().join()).not.toContain('candidates-from-memory');
    expect(usual.settings.candidates).toBe('fit');
  });

  it('keep the number from which the automatic memory was made', async () => {
    const run = await compare({ hold: 'memory', memory: 'auto' });
    expect(run.settings.candidates).toBe(3);
    expect(noticesOf(run).flat().join()).toContain('only chose the memory');
    const again = await whole.compare(run.settings);
    expect(again.budgetBytes).toBe(run.budgetBytes);
  });
});

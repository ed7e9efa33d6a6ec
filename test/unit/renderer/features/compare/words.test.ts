import { describe, expect, it } from 'vitest';
import {
  laneCounts,
  lanePhase,
  loadingWords,
  orderWords,
  stoppedWords,
  tokensPerSecond,
} from '../../../../../src-renderer/features/compare/words.ts';
import { viewsOf } from './lanes.ts';

const views = await viewsOf('speculative-rejection');
const [end] = views.slice(-1);
if (end === undefined) throw new Error('The lane has no events');

describe('what a lane is said to do', () => {
  it('changes from reading to writing to its end', () => {
    const phases = [...new Set(views.map((view) => lanePhase(view, false)))];
    expect(phases[0]).toBe('Reading the prompt');
    expect(phases).toContain('Writing');
    expect(phases.at(-1)).toBe('Finished');
  });

  it('is waiting, until the run has ended without it', () => {
    const waiting = { ...end, status: 'waiting' as const };
    expect(lanePhase(waiting, false)).toBe('Waits for its turn');
    expect(lanePhase(waiting, true)).toBe('Did not begin');
  });

  it('tells of the second opinion once it is coming in, after the choice', () => {
    const running = { ...end, status: 'running' as const };
    expect(lanePhase(running, false)).toBe('Chosen. Now scoring once more, off the clock');
    const [first, ...others] = end.summary.candidates;
    if (first === undefined) throw new Error('The lane has no candidates');
    const candidates = [{ ...first, judgeReward: 0.5 }, ...others];
    const judged = { ...running, summary: { ...end.summary, candidates } };
    expect(lanePhase(judged, false)).toBe('Chosen. Now comes the second opinion');
  });

  it('is to have finished where it was stopped only while beginnings were scored', () => {
    expect(lanePhase({ ...end, status: 'cancelled' }, true)).toBe('Finished');
    const before = {
      ...end,
      status: 'cancelled' as const,
      summary: { ...end.summary, chosen: null },
    };
    expect(lanePhase(before, true)).toBe('Stopped by you');
  });
});

describe('the figures of a lane', () => {
  it('count every answer once', () => {
    for (const view of views) {
      const { writing, finished, stopped } = laneCounts(view);
      const started = view.summary.candidates.filter(({ state }) => state !== 'not-started');
      expect(writing + finished + stopped).toBe(started.length);
    }
    expect(laneCounts(end)).toMatchObject({ writing: 0 });
  });

  it('have a speed as soon as something is written', () => {
    expect(tokensPerSecond({ ...end, summary: { ...end.summary, tokensGenerated: 0 } })).toBeNull();
    const { tokensGenerated, wallMs } = end.summary;
    expect(tokensPerSecond(end)).toBeCloseTo(tokensGenerated / (wallMs / 1000));
  });
});

describe('short words', () => {
  it('say when and at which score an answer was stopped', () => {
    expect(stoppedWords(64, -1.83)).toBe('stopped at 64 tokens: −1.83');
    expect(stoppedWords(1, null)).toBe('stopped at 1 token: no score');
  });

  it('tell the order in which the lanes run', () => {
    expect(orderWords(0, false)).toBe('Runs first');
    expect(orderWords(1, true)).toBe('Ran second');
  });

  it('say what is done with which model', () => {
    expect(loadingWords('generator', 'preparing')).toMatch(/the model that writes .*only once/);
    expect(loadingWords('generator', 'trying')).toMatch(/which device is the fastest .*only once/);
    expect(loadingWords('reward', 'loading')).toBe('Loading the model that judges');
  });
});

/** Two rewards in one run: one decides as ever, the other only looks at the finished answers. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WinnowError } from '../../src-main/contract/errors.ts';
import type { LaneDetails, RunDetails, RunSettings } from '../../src-main/contract/run.ts';
import type { StoppableEngine } from '../../src-main/core/engine.ts';
import { meanLogLikelihood } from '../../src-main/domain/likelihood.ts';
import { say } from '../helpers/command-line.ts';
import { stopButton } from '../helpers/stop-button.ts';
import { writeTinyRewardModel } from '../helpers/tiny-reward-model.ts';
import {
  makeWorkplace,
  openWhole,
  realEngine,
  tinyPrompt,
  tinySettings,
  type WholeApplication,
  type Workplace,
} from '../helpers/whole-application.ts';

let workplace: Workplace;
let whole: WholeApplication;
let judge: string;
let settings: RunSettings;

beforeAll(async () => {
  workplace = await makeWorkplace();
  judge = await writeTinyRewardModel(join(workplace.folder, 'second'), { seed: 2 });
  whole = await openWhole(workplace, 'judged.db');
  settings = tinySettings(workplace, { candidates: 24 });
});
afterAll(() => {
  whole.close();
  workplace.remove();
});

const isFinished = ({ state }: { state: string }) => state === 'finished' || state === 'chosen';
const noticesOf = ({ events }: LaneDetails) =>
  events.flatMap((event) => (event.type === 'notice' ? [event] : []));

/** What a run came to, without its times and without the second opinion. */
const result = ({ lanes }: RunDetails) =>
  lanes
    .map(({ strategy, chosen, tokensGenerated, tokensScored, peakCacheBytes, candidates }) => ({
      ...{ strategy, chosen, tokensGenerated, tokensScored, peakCacheBytes },
      candidates: candidates.map((candidate) => ({
        ...candidate,
        endedAtMs: null,
        judgeReward: null,
      })),
    }))
    .sort((a, b) => a.strategy.localeCompare(b.strategy));

describe('a second opinion', () => {
  it('scores every finished answer and no other, as the model alone would, and changes no result', async () => {
    const judged = await whole.compare({ ...settings, judge });
    const decided = await whole.compare({ ...settings, reward: judge });
    const plain = await whole.compare(settings);

    expect(judged.judge).toMatchObject({ kind: 'model', device: 'cpu', path: judge });
    expect(plain.judge).toBeNull();
    expect(result(judged)).toEqual(result(plain));
    const all = decided.lanes.find(({ strategy }) => strategy === 'best-of-n')?.candidates ?? [];
    for (const { candidates } of judged.lanes) {
      const finished = candidates.filter(isFinished);
      expect(finished.length).toBeGreaterThan(1);
      expect(finished.map(({ judgeReward }) => judgeReward)).toEqual(
        finished.map(({ index }) => all[index]?.reward),
      );
      const others = candidates.filter((candidate) => !isFinished(candidate));
      expect(others.every(({ judgeReward }) => judgeReward === null)).toBe(true);
    }
  });

  it('comes after the choice, off the clock, the best answers first', async () => {
    const { lanes } = await whole.compare({ ...settings, judge });
    for (const { events, wallMs, chosen, candidates } of lanes) {
      const over = events.findIndex(({ type }) => type === 'chosen');
      const opinions = events.flatMap((event, place) =>
        event.type === 'judged' ? [{ event, place }] : [],
      );
      expect(opinions.every(({ place }) => place > over)).toBe(true);
      expect(wallMs).toBe(events[over]?.at);
      const order = opinions.flatMap(({ event }) => event.scores.map(({ index }) => index));
      expect(order[0]).toBe(chosen?.index);
      const rewards = order.map((index) => candidates[index]?.reward ?? NaN);
      expect(rewards).toEqual(rewards.toSorted((a, b) => b - a));
    }
  });

  it('can be the likelihood of the model that writes', async () => {
    const { lanes, ...run } = await whole.compare({ ...settings, judge: 'likelihood' });
    expect(run.judge).toMatchObject({ kind: 'likelihood', path: null });
    for (const { candidates, events } of lanes) {
      for (const { index, judgeReward } of candidates.filter(isFinished)) {
        const written = events.flatMap((event) =>
          event.type === 'advanced' ? event.candidates.filter((one) => one.index === index) : [],
        );
        const logs = written.flatMap(({ logProbabilities }) => logProbabilities);
        expect(judgeReward).toBeCloseTo(meanLogLikelihood(logs) ?? NaN, 10);
      }
    }
  });

  it('of the model that decides already is refused before anything is stored', async () => {
    const before = await whole.application.history(100);
    await expect(whole.compare({ ...settings, judge: settings.reward })).rejects.toMatchObject({
      code: 'setting-invalid',
    });
    await expect(whole.compare({ ...settings, judge: 'not there' })).rejects.toMatchObject({
      code: 'model-not-found',
    });
    expect(await whole.application.history(100)).toEqual(before);
  });

  it('says where answers were too long for its model', async () => {
    const short = await writeTinyRewardModel(join(workplace.folder, 'short'), {
      seed: 3,
      windowTokens: 48,
    });
    const { lanes } = await whole.compare({ ...settings, judge: short });
    expect(lanes.flatMap(noticesOf).map(({ code }) => code)).toContain('judge-window');
  });
});

/** The real engine, but for what happens when it is asked to judge. */
function judgingWith(
  engine: StoppableEngine,
  change: (judge: StoppableEngine['judge']) => StoppableEngine['judge'],
): StoppableEngine {
  const judging = engine.judge.bind(engine);
  engine.judge = change(judging);
  return engine;
}

async function withEngine(engine: StoppableEngine): Promise<WholeApplication> {
  return openWhole(workplace, 'faults.db', engine);
}

describe('a second opinion that fails', () => {
  it('leaves the result as it is, and says so', async () => {
    const fault = new WinnowError('out-of-memory', 'The memory ran out.', 'Use less.');
    const faulty = await withEngine(judgingWith(realEngine(), () => () => Promise.reject(fault)));
    const run = await faulty.compare({ ...settings, judge });
    faulty.close();
    expect(run.status).toBe('done');
    expect(result(run)).toEqual(result(await whole.compare(settings)));
    for (const lane of run.lanes) {
      const finished = lane.candidates.filter(isFinished).length;
      expect(noticesOf(lane).at(-1)).toMatchObject({
        code: 'judge-failed',
        message: `${finished} of ${finished} answers have no second opinion. The memory ran out.`,
      });
    }
  });

  it('with its whole process lets the next lane begin in another one', async () => {
    let killed = false;
    const engine = realEngine();
    const dying = await withEngine(engine);
    const run = await dying.compare(
      { ...settings, judge },
      {
        listener: (progress) => {
          if (killed || progress.type !== 'lane-event' || progress.event.type !== 'chosen') return;
          killed = true;
          process.kill(engine.pid ?? NaN, 'SIGKILL');
        },
      },
    );
    dying.close();
    expect(run.status).toBe('done');
    const [first, second] = run.lanes.toSorted((a, b) => a.order - b.order);
    expect(first && noticesOf(first).map(({ code }) => code)).toContain('judge-failed');
    expect(first?.status).toBe('done');
    expect(second?.candidates.find(({ state }) => state === 'chosen')?.judgeReward).not.toBeNull();
  });

  it('because it was stopped keeps the choice and what was judged', async () => {
    const button = stopButton();
    const stopped = await withEngine(realEngine());
    const run = await stopped.compare(
      { ...settings, judge, strategies: ['best-of-n'] },
      {
        signal: button.signal,
        listener: (progress) => {
          if (progress.type === 'lane-event' && progress.event.type === 'judged') button.press();
        },
      },
    );
    stopped.close();
    expect(run.status).toBe('cancelled');
    const [lane] = run.lanes;
    expect(lane?.chosen).not.toBeNull();
    const isJudged = ({ judgeReward }: { judgeReward: number | null }) => judgeReward !== null;
    expect(lane?.candidates.filter(isJudged).length).toBeGreaterThan(0);
    expect(lane?.candidates.filter(isJudged).length).toBeLessThan(24);
    expect(lane && noticesOf(lane).map(({ code }) => code)).not.toContain('tokens-lost');
  });
});

describe('on the command line', () => {
  interface Document {
    run: { settings: { judge: string }; judge: { name: string; device: string } };
    lanes: {
      chosen: { index: number };
      candidates: { index: number; judgeReward: number | null }[];
      secondOpinion: { judged: number; chosen: { reward: number; rank: number } };
    }[];
  }

  it('--judge adds it to the table and to the document, and a run shown again has it still', async () => {
    const engine = realEngine();
    const words = ['compare', tinyPrompt, '--candidates', '12', '--max-tokens', '40'];
    const table = await say(workplace, [...words, '--judge', judge], { engine, columns: 120 });
    expect(table).toMatchObject({ code: 0 });
    expect(table.out).toMatch(/Second opinion {2,}-?[\d.]+, place \d+ of \d+/);
    expect(table.out).toMatch(/agrees on {2,}\d+ % of pairs/);
    expect(table.out).toContain('Second opinion: second scored');
    expect(table.err).toContain('Loading the model of the second opinion');

    const shown = await say(workplace, ['show', 'last', '--json'], { engine });
    const { run, lanes } = JSON.parse(shown.out) as Document;
    expect(run).toMatchObject({ settings: { judge }, judge: { name: 'second', device: 'cpu' } });
    for (const { chosen, candidates, secondOpinion } of lanes) {
      expect(secondOpinion.chosen.reward).toBe(candidates[chosen.index]?.judgeReward);
      expect(secondOpinion.judged).toBe(
        candidates.filter(({ judgeReward }) => judgeReward !== null).length,
      );
    }
    engine.close();
  });
});

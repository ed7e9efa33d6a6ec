import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StrategyName } from '../../../src-main/contract/events.ts';
import type { RecordedLane } from '../../../src-main/contract/recording.ts';
import { createEventCompactor } from '../../../src-main/domain/compact-events.ts';
import { summariseLane } from '../../../src-main/domain/lane-summary.ts';
import { createPlayback } from '../../../src-main/domain/playback.ts';
import type { StrategySettings } from '../../../src-main/domain/strategies/strategy.ts';
import { plainCost, runScript, type ScriptedAnswer } from '../../helpers/scripted-generator.ts';

const answers: ScriptedAnswer[] = Array.from({ length: 8 }, (_, index) => ({
  length: 12 + 4 * index,
  reward: (tokens) => (index === 5 ? tokens : index - tokens / 10),
}));

const settings: StrategySettings = {
  candidates: answers.length,
  alpha: 0.5,
  observe: true,
  maxTokens: 40,
  budgetBytes: 160,
  cost: plainCost(),
};

/** A lane as the store gives it back, with the summary that the core made of the same events. */
async function recorded(strategy: StrategyName, msPerRun: number, cancelledAt?: number) {
  const cancel = cancelledAt === undefined ? {} : { cancelledAt };
  const { events, summary } = await runScript(strategy, { answers, settings, msPerRun, ...cancel });
  const compact = createEventCompactor();
  const { tokensGenerated, tokensThrownAway, tokensScored, wallMs, timeMs } = summary;
  const { timeFirstTokenMs, peakCacheBytes, chosen } = summary;
  const lane: RecordedLane = {
    id: strategy,
    runId: 'run',
    strategy,
    order: 0,
    status: cancelledAt === undefined ? 'done' : 'cancelled',
    chosen,
    tokensGenerated,
    tokensThrownAway,
    tokensScored,
    wallMs,
    timeMs,
    timeFirstTokenMs,
    peakCacheBytes,
    candidates: settings.candidates,
    events: events.map(compact),
  };
  return { lane, events, summary };
}

const bestOfN = await recorded('best-of-n', 30);
const speculativeRejection = await recorded('speculative-rejection', 20);
const lanes = [bestOfN.lane, speculativeRejection.lane];

describe('a playback', () => {
  it('lasts as long as the lane that took longest', () => {
    expect(createPlayback(lanes).duration).toBe(bestOfN.summary.wallMs);
    expect(createPlayback([]).duration).toBe(0);
  });

  it('shows at its end what the whole recording adds up to', () => {
    const playback = createPlayback(lanes);
    const [first, second] = playback.seek(playback.duration);
    // What crosses to the pages has no log-probabilities, which no summary holds anyway.
    expect(first?.summary).toEqual(summariseLane(bestOfN.events, settings.candidates));
    expect(second?.summary).toEqual(summariseLane(speculativeRejection.events, 8));
    expect([first?.status, second?.status]).toEqual(['done', 'done']);
  });

  it('shows the same at a moment whichever way one came there', () => {
    const moment = fc.integer({ min: -10, max: bestOfN.summary.wallMs + 50 });
    fc.assert(
      fc.property(fc.array(moment, { minLength: 1, maxLength: 12 }), (moments) => {
        const playback = createPlayback(lanes);
        for (const ms of moments) {
          expect(playback.seek(ms)).toEqual(createPlayback(lanes).seek(ms));
        }
      }),
      { numRuns: 30, seed: 7 },
    );
  });

  it('starts both lanes together and lets the shorter one wait at its end', () => {
    const playback = createPlayback(lanes);
    const end = speculativeRejection.summary.wallMs;
    expect(playback.seek(end - 1).map(({ status }) => status)).toEqual(['running', 'running']);
    expect(playback.seek(end).map(({ status }) => status)).toEqual(['running', 'done']);
    expect(playback.seek(end)[1]?.summary.chosen).not.toBeNull();
  });

  it('shows nothing before it has happened', () => {
    const playback = createPlayback(lanes);
    for (let ms = 0; ms < playback.duration; ms += 5) {
      const [lane] = playback.seek(ms);
      const told = bestOfN.events.filter((event) => event.at <= ms);
      const final = told.flatMap((event) =>
        event.type === 'scored' && event.kind === 'final'
          ? event.scores.map(({ index }) => index)
          : [],
      );
      const candidates = lane?.summary.candidates ?? [];
      expect(lane?.summary.chosen).toBeNull();
      expect(candidates.filter(({ state }) => state === 'chosen')).toEqual([]);
      expect(indices(candidates, ({ reward }) => reward !== null)).toEqual(final.sort());
      expect(indices(candidates, ({ rank }) => rank !== null)).toEqual(final.sort());
      expect(lane?.summary.wallMs).toBeLessThanOrEqual(ms);
    }
  });

  it('draws observed scores where their texts were written, so that both lanes grow', () => {
    const playback = createPlayback([bestOfN.lane]);
    const observed = (ms: number) =>
      playback
        .seek(ms)
        .flatMap(({ series }) => series.rewards.filter(({ kind }) => kind === 'observed'));
    const all = observed(playback.duration);
    expect(all.length).toBeGreaterThan(0);
    for (let ms = 0; ms < playback.duration; ms += 25) {
      expect(observed(ms)).toHaveLength(all.filter(({ at }) => at <= ms).length);
    }
  });

  it('adds observed scores to what it tells of an answer only once the clock of their lane has stopped', () => {
    const playback = createPlayback([bestOfN.lane]);
    const observed = (ms: number) =>
      playback
        .seek(ms)
        .flatMap(({ summary }) => summary.candidates.flatMap((each) => each.partialRewards))
        .filter((reward) => reward.observed).length;
    expect(observed(playback.duration - 1)).toBe(0);
    expect(observed(playback.duration)).toBeGreaterThan(0);
    expect(observed(0)).toBe(0);
  });

  it('keeps how a stopped lane ended, and chooses nothing for it', async () => {
    const { lane } = await recorded('best-of-n', 30, 4);
    const playback = createPlayback([lane]);
    const [atTheEnd] = playback.seek(playback.duration);
    expect(atTheEnd?.status).toBe('cancelled');
    expect(atTheEnd?.summary.chosen).toBeNull();
    expect(playback.seek(0)[0]?.status).toBe('running');
  });
});

function indices<Candidate extends { index: number }>(
  candidates: Candidate[],
  is: (candidate: Candidate) => boolean,
): number[] {
  return candidates.filter(is).map(({ index }) => index);
}

import { describe, expect, it } from 'vitest';
import type { AdvancedEvent, LaneEvent } from '../../../src-main/contract/events.ts';
import { createLaneFold, rankIn, summariseLane } from '../../../src-main/domain/lane-summary.ts';

const written = (
  at: number,
  position: number,
  candidates: [index: number, tokens: number[], finish?: 'stop' | 'length'][],
): AdvancedEvent => ({
  type: 'advanced',
  at,
  position,
  live: candidates.filter(([, , finish]) => finish === undefined).length,
  cacheBytes: position * 10,
  peakCacheBytes: position * 20,
  candidates: candidates.map(([index, tokens, finish]) => ({
    index,
    tokens,
    logProbabilities: [],
    text: `text ${index} at ${position}`,
    finish: finish ?? null,
  })),
});

const score = (index: number, reward: number | null) => ({ index, reward, cut: false, tokens: 9 });

const lane: LaneEvent[] = [
  { type: 'prompt-read', at: 5, promptTokens: 12, cacheBytes: 30, peakCacheBytes: 50 },
  { type: 'started', at: 6, candidates: [0, 1, 2] },
  written(16, 2, [
    [0, [1, 2]],
    [1, [3, 4]],
    [2, [5], 'stop'],
  ]),
  { type: 'scored', at: 20, position: 2, scores: [score(2, 1)], kind: 'final', scoreMs: 4 },
  {
    type: 'scored',
    at: 26,
    position: 2,
    scores: [score(0, 0.5), score(1, null)],
    kind: 'partial',
    scoreMs: 5,
  },
  { type: 'round', at: 27, position: 2, live: 2, cacheBytes: 20, cutoff: 0.5, rejected: [1] },
  written(30, 3, [[0, [6], 'length']]),
  { type: 'scored', at: 33, position: 3, scores: [score(0, 2)], kind: 'final', scoreMs: 3 },
  { type: 'chosen', at: 34, index: 0, reward: 2 },
  { type: 'scored', at: 84, position: 1, scores: [score(0, 7)], kind: 'observed', scoreMs: 50 },
];

describe('the summary of a lane', () => {
  it('adds up tokens, times and the cache, without what was only observed', () => {
    expect(summariseLane(lane, 4)).toMatchObject({
      promptTokens: 12,
      position: 3,
      live: [],
      chosen: { index: 0, reward: 2 },
      tokensGenerated: 6,
      tokensThrownAway: 2,
      tokensScored: 36,
      wallMs: 34,
      timeMs: { prompt: 5, write: 13, score: 12, wait: 4 },
      timeFirstTokenMs: 16,
      peakCacheBytes: 60,
    });
  });

  it('says what became of every candidate', () => {
    const summary = summariseLane(lane, 4);
    expect(summary.candidates).toMatchObject([
      {
        index: 0,
        state: 'chosen',
        finish: 'length',
        tokens: [1, 2, 6],
        text: 'text 0 at 3',
        reward: 2,
        rank: 1,
        endedAtMs: 30,
        partialRewards: [
          { position: 2, reward: 0.5, at: 26, observed: false },
          { position: 1, reward: 7, at: 84, observed: true },
        ],
      },
      { index: 1, state: 'rejected', finish: 'rejected', reward: null, rejectedAt: 2, rank: null },
      { index: 2, state: 'finished', finish: 'stop', reward: 1, rank: 2, endedAtMs: 16 },
      { index: 3, state: 'not-started', tokens: [], endedAtMs: null },
    ]);
    expect([0, 1, 2, 3, 4].map((index) => rankIn(summary, index))).toEqual([
      1,
      null,
      2,
      null,
      null,
    ]);
  });

  it('is the same event by event, and tells a lane that is still running', () => {
    const fold = createLaneFold(4);
    for (const event of lane.slice(0, 3)) fold.add(event);
    expect(fold.summary()).toMatchObject({ live: [0, 1], chosen: null, position: 2 });
    expect(fold.summary().candidates.map(({ state }) => state)).toEqual([
      'interrupted',
      'interrupted',
      'finished',
      'not-started',
    ]);
    for (const event of lane.slice(3)) fold.add(event);
    expect(fold.summary()).toEqual(summariseLane(lane, 4));
  });

  it('counts what was written before a candidate started again as thrown away', () => {
    const events: LaneEvent[] = [
      { type: 'started', at: 0, candidates: [0, 1] },
      written(1, 2, [
        [0, [1, 2]],
        [1, [3, 4]],
      ]),
      written(2, 3, [[0, [5], 'stop']]),
      { type: 'started', at: 3, candidates: [1] },
      written(4, 3, [[1, [3, 4, 6], 'stop']]),
    ];
    const summary = summariseLane(events, 2);
    expect(summary).toMatchObject({ tokensGenerated: 8, tokensThrownAway: 2 });
    expect(summary.candidates[1]).toMatchObject({ tokens: [3, 4, 6], tokensLost: 2 });
    expect(summariseLane(events.slice(0, 3), 2).live).toEqual([]);
  });
});

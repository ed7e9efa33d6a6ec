import { describe, expect, it } from 'vitest';
import type { Advanced, AdvancedCandidate } from '../../../../src-main/contract/engine.ts';
import { WinnowError } from '../../../../src-main/contract/errors.ts';
import type { LaneEvent } from '../../../../src-main/contract/events.ts';
import { createLane, type LaneVerbs } from '../../../../src-main/domain/strategies/lane.ts';

const piece = (
  index: number,
  tokens: number[],
  finish: AdvancedCandidate['finish'] = null,
): AdvancedCandidate => ({
  index,
  tokens,
  logProbabilities: tokens.map(() => -1),
  text: '',
  finish,
});

const advanced = (position: number, live: number[], candidates: AdvancedCandidate[]): Advanced => ({
  position,
  live,
  candidates,
  cacheBytes: position * live.length,
  peakCacheBytes: position * 2,
  writeMs: 1,
});

/** A lane over an engine that answers `advance` in the given way; its clock counts the readings. */
function laneOver(advance: LaneVerbs['advance']) {
  const events: LaneEvent[] = [];
  let time = 0;
  const lane = createLane({
    verbs: {
      start: () => Promise.resolve(),
      keep: () => Promise.resolve(),
      advance,
      score: (requests) =>
        Promise.resolve({
          scores: requests.map(({ index }) => ({ index, reward: index, cut: false, tokens: 5 })),
          scoreMs: 7,
        }),
    },
    promptTokens: 3,
    promptCacheBytes: 30,
    promptPeakCacheBytes: 45,
    cost: {
      whileReading: 45,
      whileAdvancing: (rows, position, tokens) => rows * (position + tokens),
    },
    now: () => (time += 1),
    emit: (event) => events.push(event),
  });
  return { lane, events };
}

describe('the lane over an engine', () => {
  it('emits what happened with the time, and streams progress once', async () => {
    const first = advanced(2, [0, 1], [piece(0, [10, 11]), piece(1, [20, 21])]);
    const second = advanced(4, [0], [piece(0, [12, 13]), piece(1, [22], 'stop')]);
    const whole = advanced(4, [0], [piece(0, [10, 11, 12, 13]), piece(1, [20, 21, 22], 'stop')]);
    const { lane, events } = laneOver((_tokens, onProgress) => {
      onProgress?.(first);
      onProgress?.(second);
      return Promise.resolve(whole);
    });
    await lane.start([0, 1]);
    expect(await lane.advance(4)).toEqual({
      position: 4,
      live: [0],
      ended: [{ index: 1, length: 3 }],
      tokensWritten: 7,
      cacheBytes: 4,
      outOfMemory: false,
    });
    expect(events).toMatchObject([
      { type: 'prompt-read', at: 1, promptTokens: 3, cacheBytes: 30, peakCacheBytes: 45 },
      { type: 'started', at: 2, candidates: [0, 1] },
      { type: 'advanced', at: 3, position: 2, live: 2, candidates: first.candidates },
      { type: 'advanced', at: 4, position: 4, live: 1, candidates: second.candidates },
    ]);
    expect(events).toHaveLength(4);
  });

  it('takes everything from the result where no progress is told', async () => {
    const whole = advanced(2, [], [piece(0, [10, 11], 'length')]);
    const { lane, events } = laneOver(() => Promise.resolve(whole));
    await lane.start([0]);
    expect(await lane.advance(2)).toMatchObject({ ended: [{ index: 0, length: 2 }], live: [] });
    expect(events.at(-1)).toMatchObject({ type: 'advanced', candidates: whole.candidates });
  });

  it('hands on what was written until memory ran out', async () => {
    const { lane } = laneOver((_tokens, onProgress) => {
      onProgress?.(advanced(2, [0, 1], [piece(0, [10, 11]), piece(1, [20, 21])]));
      return Promise.reject(new WinnowError('out-of-memory', 'The memory ran out.', 'Use less.'));
    });
    await lane.start([0, 1]);
    expect(await lane.advance(8)).toMatchObject({
      position: 2,
      live: [0, 1],
      tokensWritten: 4,
      outOfMemory: true,
    });
  });

  it('lets every other failure through', async () => {
    const { lane } = laneOver(() =>
      Promise.reject(new WinnowError('cancelled', 'The run was stopped.', 'Start it again.')),
    );
    await lane.start([0]);
    await expect(lane.advance(8)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('fails instead of waiting for ever for an engine that writes nothing', async () => {
    const { lane } = laneOver(() => Promise.resolve(advanced(0, [0], [])));
    await lane.start([0]);
    await expect(lane.advance(8)).rejects.toMatchObject({ code: 'engine-failed' });
  });

  it('stops its clock at the choice', async () => {
    const { lane, events } = laneOver(() => Promise.reject(new Error('not called')));
    lane.report({ type: 'chosen', index: 0, reward: 1 });
    await lane.score([{ index: 0, tokens: 16 }], 'observed');
    expect(events.slice(1)).toMatchObject([
      { type: 'chosen', at: 2 },
      { type: 'scored', at: 2, position: 16, kind: 'observed', scoreMs: 7 },
    ]);
  });

  it('asks for no scores of no texts', async () => {
    const { lane, events } = laneOver(() => Promise.reject(new Error('not called')));
    expect(await lane.score([], 'final')).toEqual(new Map());
    expect(events).toHaveLength(1);
  });

  it('tells the same peak however many tokens the engine writes at once', async () => {
    const peakWith = async (runs: number[]) => {
      const { lane, events } = laneOver((_tokens, onProgress) => {
        let position = 0;
        for (const tokens of runs) {
          position += tokens;
          const written = [0, 1].map((index) => piece(index, Array<number>(tokens).fill(7)));
          onProgress?.({ ...advanced(position, [0, 1], written), peakCacheBytes: tokens });
        }
        return Promise.resolve({ ...advanced(position, [0, 1], []), peakCacheBytes: 6 });
      });
      await lane.start([0, 1]);
      await lane.advance(6);
      return Math.max(
        ...events.map((event) => (event.type === 'advanced' ? event.peakCacheBytes : 0)),
      );
    };
    expect(await peakWith([1, 2, 3])).toBe(12);
    expect(await peakWith([6])).toBe(12);
  });
});

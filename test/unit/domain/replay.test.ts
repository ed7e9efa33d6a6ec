import { describe, expect, it } from 'vitest';
import { replayLane, type RecordedCandidate } from '../../../src-main/domain/replay.ts';
import { answer, plainCost, runScript } from '../../helpers/scripted-generator.ts';

const settings = {
  candidates: 6,
  alpha: 0.5,
  observe: false,
  maxTokens: 40,
  budgetBytes: 120,
  cost: plainCost(),
};

describe('a replay', () => {
  it('equals the live run that it imagines', async () => {
    const answers = [3, 1, 5, 2, 6, 4].map((reward, index) => answer(10 * index + 5, reward));
    const live = await runScript('speculative-rejection', { answers, settings });
    const complete = await runScript('best-of-n', { answers, settings });
    const recorded = complete.summary.candidates.map(
      ({ index, tokens, finish }): RecordedCandidate => ({
        index,
        tokens,
        finish: finish === 'length' ? 'length' : 'stop',
        textOf: (length) => `answer ${index} of ${length}`,
      }),
    );
    const replay = await replayLane(
      recorded,
      (index, tokens) =>
        Promise.resolve({ reward: answers[index]?.reward(tokens) ?? null, tokens: tokens + 3 }),
      settings,
      0,
    );
    const withoutTimes = ({ candidates, rounds, ...rest }: typeof live.summary) => ({
      ...rest,
      wallMs: 0,
      timeMs: null,
      timeFirstTokenMs: null,
      peakCacheBytes: null,
      rounds: rounds.map((round) => ({ ...round, at: 0 })),
      candidates: candidates.map((candidate) => ({
        ...candidate,
        endedAtMs: null,
        partialRewards: candidate.partialRewards.map((partial) => ({ ...partial, at: 0 })),
      })),
    });
    expect(replay.summary.rounds.length).toBeGreaterThan(0);
    expect(withoutTimes(replay.summary)).toEqual(withoutTimes(live.summary));
  });

  it('cuts recorded answers at a shorter length limit', async () => {
    const recorded: RecordedCandidate[] = [{ index: 0, tokens: [1, 2, 3, 4], finish: 'stop' }];
    const scorer = (_index: number, tokens: number) => Promise.resolve({ reward: 1, tokens });
    const short = { ...settings, candidates: 1, maxTokens: 3 };
    const { summary } = await replayLane(recorded, scorer, short, 0);
    expect(summary.candidates[0]).toMatchObject({ finish: 'length', tokens: [1, 2, 3] });
  });

  it('fails where an answer was not recorded', async () => {
    const scorer = () => Promise.resolve({ reward: 1, tokens: 1 });
    await expect(replayLane([], scorer, settings, 0)).rejects.toThrow(RangeError);
  });
});

import { describe, expect, it } from 'vitest';
import { meanLogLikelihood, perplexity } from '../../../../src-main/domain/likelihood.ts';
import { loadReward, makeLikelihoodReward } from '../../../../src-main/engine/rewards/reward.ts';

describe('the likelihood reward', () => {
  it('is the mean of the tokens’ log-probabilities', () => {
    expect(meanLogLikelihood([-1, -2, -6])).toBe(-3);
  });

  it('is null where a token was impossible, not a number, or where there is none', () => {
    expect(meanLogLikelihood([-1, -Infinity])).toBeNull();
    expect(meanLogLikelihood([-1, NaN])).toBeNull();
    expect(meanLogLikelihood([])).toBeNull();
  });

  it('orders answers as the paper’s reward does, minus the perplexity', () => {
    const answers = [[-0.1, -4], [-2], [-0.5, -0.6, -0.7], [-1, -1]];
    const ours = answers.map((answer) => meanLogLikelihood(answer) ?? NaN);
    const papers = ours.map((mean) => -perplexity(mean));
    const order = (rewards: number[]) =>
      rewards.toSorted((a, b) => a - b).map((r) => rewards.indexOf(r));
    expect(order(ours)).toEqual(order(papers));
  });

  it('has a perplexity of 1 where every token was certain, and of 4 where each was one in four', () => {
    expect(perplexity(0)).toBe(1);
    expect(perplexity(Math.log(1 / 4))).toBeCloseTo(4, 12);
  });

  it('needs no model and gives no token to one', async () => {
    const reward = await loadReward({
      path: 'likelihood',
      device: 'auto',
      preparedFolder: 'unused',
    });
    expect(reward.facts).toMatchObject({ kind: 'likelihood', path: null, windowTokens: null });
    const answers = [{ text: 'yes', logProbabilities: [-1, -3] }];
    expect(await reward.score('really?', answers)).toEqual([{ reward: -2, cut: false, tokens: 0 }]);
  });

  it('names the device of the generator that gives it', () => {
    expect(makeLikelihoodReward('cuda').facts.device).toBe('cuda');
  });
});

/**
 * The generator's own likelihood as a reward, which needs no reward model (paper.md, "likelihood experiment").
 *
 * The paper's reward is -exp(mean negative log-likelihood), that is minus the perplexity. Here it is the mean
 * log-likelihood itself: the order is the same, so every strategy chooses and stops the same candidates, and the numbers
 * stay small and add up where a perplexity runs into the thousands. `perplexity` gives the paper's number.
 */
import type { DeviceName, RewardFacts } from '../../contract/engine.ts';

/**
 * Mean log-likelihood of an answer, in nats a token.
 * @param logProbabilities one for each token of the answer, its end token included; natural logarithm, at temperature 1,
 *   nothing cut
 * @returns null where there is no token or no finite mean: the text could not be scored
 */
export function meanLogLikelihood(logProbabilities: readonly number[]): number | null {
  const sum = logProbabilities.reduce((total, value) => total + value, 0);
  const mean = sum / logProbabilities.length;
  return Number.isFinite(mean) ? mean : null;
}

/** The perplexity that belongs to a mean log-likelihood: exp(-mean), 1 or more. */
export function perplexity(meanLogLikelihood: number): number {
  return Math.exp(-meanLogLikelihood);
}

/** What is said of this reward where a reward model says its path and window. */
export function likelihoodFacts(device: DeviceName): RewardFacts {
  return {
    kind: 'likelihood',
    path: null,
    name: 'likelihood',
    contentHash: null,
    device,
    windowTokens: null,
  };
}

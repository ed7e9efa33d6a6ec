/**
 * The generator's own likelihood as a reward, which needs no reward model (paper.md, "likelihood experiment").
 *
 * The paper's reward is -exp(mean negative log-likelihood), that is minus the perplexity. Here it is the mean
 * log-likelihood itself: the order is the same, so every strategy chooses and stops the same candidates, and the numbers
 * stay small and add up where a perplexity runs into the thousands. `perplexity` gives the paper's number.
 */
import type { DeviceName, RewardFacts } from '../../contract/engine.ts';

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

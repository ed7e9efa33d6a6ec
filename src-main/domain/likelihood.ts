/** The likelihood of an answer under the generator that wrote it, in nats and as a perplexity. */

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

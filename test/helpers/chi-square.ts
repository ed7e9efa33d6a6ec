/**
 * Pearson's statistic of counts against probabilities; outcomes expected less than ten times share a bin.
 * @returns the statistic, its degrees of freedom, and the limit that one in 10,000 right samplers exceeds
 *   (Wilson and Hilferty's approximation)
 */
export function chiSquare(
  counts: readonly number[],
  probabilities: ArrayLike<number>,
  draws: number,
): { statistic: number; degrees: number; limit: number } {
  let statistic = 0;
  let bins = 0;
  let [restCount, restExpected] = [0, 0];
  const add = (count: number, expected: number) => {
    statistic += (count - expected) ** 2 / expected;
    bins += 1;
  };
  for (const [token, count] of counts.entries()) {
    const expected = (probabilities[token] ?? 0) * draws;
    if (expected >= 10) add(count, expected);
    else {
      restCount += count;
      restExpected += expected;
    }
  }
  if (restExpected >= 10) add(restCount, restExpected);
  const degrees = bins - 1;
  const normal = 3.719;
  const spread = 2 / (9 * degrees);
  return { statistic, degrees, limit: degrees * (1 - spread + normal * Math.sqrt(spread)) ** 3 };
}

/** The statistics that Winnow reports. Pure; what is random is drawn from a seed. */

/** NaN for an empty list. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of a sample (n - 1 in the denominator); NaN for fewer than two values. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return NaN;
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** Pearson's r; NaN for fewer than two pairs, or where one side does not vary. */
export function pearson(xs: readonly number[], ys: readonly number[]): number {
  const pairs = pairUp(xs, ys);
  const [centreX, centreY] = [mean(xs), mean(ys)];
  let [together, squaresX, squaresY] = [0, 0, 0];
  for (const [x, y] of pairs) {
    together += (x - centreX) * (y - centreY);
    squaresX += (x - centreX) ** 2;
    squaresY += (y - centreY) ** 2;
  }
  return together / Math.sqrt(squaresX * squaresY);
}

/** Kendall's tau-b, which corrects for ties; NaN for fewer than two pairs, or where one side does not vary. */
export function kendallTauB(xs: readonly number[], ys: readonly number[]): number {
  const pairs = pairUp(xs, ys);
  let [agreement, untiedX, untiedY] = [0, 0, 0];
  pairs.forEach(([x, y], place) => {
    for (const [otherX, otherY] of pairs.slice(place + 1)) {
      const [signX, signY] = [Math.sign(x - otherX), Math.sign(y - otherY)];
      agreement += signX * signY;
      untiedX += Math.abs(signX);
      untiedY += Math.abs(signY);
    }
  });
  return agreement / Math.sqrt(untiedX * untiedY);
}

export interface Interval {
  value: number;
  low: number;
  high: number;
}

/**
 * A percentile bootstrap interval: the statistic over the values, and where it lies for that share of resamples.
 * Resample over prompts, not over answers: the answers to one prompt are not independent.
 */
export function bootstrapInterval<Value>(
  values: readonly Value[],
  statistic: (values: readonly Value[]) => number,
  { seed = 1, resamples = 10_000, level = 0.95 } = {},
): Interval {
  const next = seededNumbers(seed);
  const results = Array.from({ length: resamples }, () =>
    statistic(values.map(() => values[Math.floor(next() * values.length)] as Value)),
  ).sort((a, b) => a - b);
  const tail = (1 - level) / 2;
  return {
    value: statistic(values),
    low: quantile(results, tail),
    high: quantile(results, 1 - tail),
  };
}

/**
 * Wilson's interval of a share: where the true one lies with 95 % confidence. Honest for few trials and for shares of 0
 * and 1, where the textbook's interval is empty. NaN for no trials.
 */
export function wilsonInterval(successes: number, trials: number, z = 1.959964): Interval {
  const value = successes / trials;
  const scale = 1 + z ** 2 / trials;
  const centre = (value + z ** 2 / (2 * trials)) / scale;
  const spread = (value * (1 - value)) / trials + z ** 2 / (4 * trials ** 2);
  const halfWidth = (z * Math.sqrt(spread)) / scale;
  return { value, low: Math.max(0, centre - halfWidth), high: Math.min(1, centre + halfWidth) };
}

/** The quantile of sorted values, interpolated between neighbours; NaN for an empty list. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/**
 * The expected maximum of n values drawn from these without replacement, exactly: the k-th smallest of N is the maximum
 * with probability C(k - 1, n - 1) / C(N, n). Best-of-N's reward for a smaller N is estimated so (paper.md: speedup).
 */
export function expectedMaximum(values: readonly number[], n: number): number {
  const sorted = [...values].sort((a, b) => b - a);
  const total = sorted.length;
  if (!Number.isInteger(n) || n < 1 || n > total) return NaN;
  let probability = n / total;
  let expected = 0;
  for (const [place, value] of sorted.entries()) {
    expected += probability * value;
    const k = total - place;
    if (k === n) break;
    probability *= (k - n) / (k - 1);
  }
  return expected;
}

/** What one prompt's comparison showed, over the same candidates in both strategies. */
export interface PromptRewards {
  /** Final rewards of all answers that Best-of-N finished and scored. */
  all: readonly number[];
  bestOfN: number;
  speculativeRejection: number;
}

/** How much of Best-of-N's gain over a single sample Speculative Rejection kept; null where there was nothing to gain. */
export function gainKept({ all, bestOfN, speculativeRejection }: PromptRewards): number | null {
  const single = mean(all);
  const gain = bestOfN - single;
  return gain > 0 ? (speculativeRejection - single) / gain : null;
}

/** Gain kept, averaged over the prompts where there was something to gain; the interval is over prompts. */
export function gainKeptOverPrompts(prompts: readonly PromptRewards[], seed = 1): Interval {
  const gains = prompts.map(gainKept).filter((gain) => gain !== null);
  return bootstrapInterval(gains, mean, { seed });
}

/** Best-of-N's expected reward for 1, 2, 3 … answers, averaged over prompts, as far as every prompt has answers. */
export function bestOfNCurve(prompts: readonly { all: readonly number[] }[]): number[] {
  const length = Math.min(...prompts.map(({ all }) => all.length));
  return Array.from({ length }, (_, place) =>
    mean(prompts.map(({ all }) => expectedMaximum(all, place + 1))),
  );
}

/** How many answers Best-of-N needs to reach a reward, between whole numbers in a straight line; null beyond the curve. */
export function answersToReach(curve: readonly number[], reward: number): number | null {
  const place = curve.findIndex((value) => value >= reward);
  const above = curve[place];
  if (above === undefined) return null;
  const below = curve[place - 1];
  return below === undefined ? 1 : place + (reward - below) / (above - below);
}

/**
 * Speedup at equal reward: the compute that Best-of-N needs to reach Speculative Rejection's mean reward, divided by what
 * Speculative Rejection used. Null where Best-of-N does not reach it with the answers it has.
 *
 * @param prompts each with its rewards, and the compute (tokens, or milliseconds) of both strategies
 */
export function speedupAtEqualReward(
  prompts: readonly (PromptRewards & {
    bestOfNCompute: number;
    speculativeRejectionCompute: number;
  })[],
): number | null {
  const reached = mean(prompts.map(({ speculativeRejection }) => speculativeRejection));
  const answers = answersToReach(bestOfNCurve(prompts), reached);
  if (answers === null) return null;
  const perAnswer = mean(prompts.map(({ all, bestOfNCompute }) => bestOfNCompute / all.length));
  return (answers * perAnswer) / mean(prompts.map((prompt) => prompt.speculativeRejectionCompute));
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function pairUp(xs: readonly number[], ys: readonly number[]): [number, number][] {
  if (xs.length !== ys.length) throw new RangeError('Both lists need the same length.');
  return xs.map((x, place) => [x, ys[place] ?? NaN]);
}

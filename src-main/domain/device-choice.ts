/** Which device to use, by what each made of a known prompt. The processor is the measure of what is right. */
import type { DeviceTrial } from '../contract/device-trial.ts';
import type { DeviceName } from '../contract/engine.ts';

export interface DeviceChoice {
  generator: DeviceName;
  reward: DeviceName;
}

export interface TriedDevice {
  device: DeviceName;
  trial: DeviceTrial;
}

/** How far a log-probability may be from the processor's, in nats: rounding alone, or rounding to 8 bits inside products. */
const tolerances = { exact: 0.02, rounded: 0.4 };
const rewardTolerance = 0.02;

/**
 * The fastest device that writes what the processor writes; the reward model goes with it where it scores as on the
 * processor.
 */
export function chooseDevices(
  processor: DeviceTrial,
  others: readonly TriedDevice[],
): DeviceChoice {
  const right = others.filter(
    ({ trial }) =>
      trial.tokensPerSecond > processor.tokensPerSecond && writesTheSame(trial, processor),
  );
  const [best] = right.toSorted((a, b) => b.trial.tokensPerSecond - a.trial.tokensPerSecond);
  if (best === undefined) return { generator: 'cpu', reward: 'cpu' };
  const { device, trial } = best;
  return { generator: device, reward: scoresTheSame(trial, processor) ? device : 'cpu' };
}

/**
 * Whether a device writes the processor's tokens. Where they part, both must be as likely (the largest probabilities lie
 * so near each other that rounding decides); up to there the log-probabilities must be the same but for rounding.
 * Answers that part at once say little, so half of them must be the same to their end.
 */
export function writesTheSame(trial: DeviceTrial, processor: DeviceTrial): boolean {
  const isExact = trial.form === 'fp32' && processor.form === 'fp32';
  const tolerance = isExact ? tolerances.exact : tolerances.rounded;
  let whole = 0;
  for (const [index, { tokens, logProbabilities }] of trial.answers.entries()) {
    const reference = processor.answers[index];
    if (reference === undefined) return false;
    const apart = tokens.findIndex((token, place) => token !== reference.tokens[place]);
    const isWhole = apart < 0 && tokens.length === reference.tokens.length;
    if (isWhole) whole += 1;
    // The greedy answer, the first, also compares the two tokens where it parts; a drawn one says nothing there.
    const end = apart < 0 ? tokens.length : index === 0 ? apart + 1 : apart;
    for (let place = 0; place < end; place++) {
      const difference =
        (logProbabilities[place] ?? NaN) - (reference.logProbabilities[place] ?? NaN);
      if (!(Math.abs(difference) <= tolerance)) return false;
    }
  }
  // Rounding to 8 bits moves so much that drawn answers soon go other ways.
  return trial.answers.length > 0 && (!isExact || 2 * whole >= trial.answers.length);
}

function scoresTheSame({ rewards }: DeviceTrial, processor: DeviceTrial): boolean {
  if (rewards === null || processor.rewards === null) return false;
  return processor.rewards.every((expected, index) => {
    const reward = rewards[index] ?? null;
    if (expected === null || reward === null) return expected === reward;
    return Math.abs(reward - expected) <= rewardTolerance * Math.max(1, Math.abs(expected));
  });
}

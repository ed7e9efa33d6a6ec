import { architectureUnsupported, damaged } from './faults.ts';
import type { Hyperparameters } from './hyperparameters.ts';
import { readNumbers } from './read-numbers.ts';
import type { GgufFile, Rope } from './types.ts';

/** The tensors that rotation may need, outside any layer. */
export const ropeTensors = {
  divisors: 'rope_freqs.weight',
  shortDivisors: 'rope_factors_short.weight',
  longDivisors: 'rope_factors_long.weight',
} as const;

/**
 * How a model rotates: by the file's own list of divisors (Llama 3.1 and later), by one factor for all (linear scaling),
 * by a ramp of factors (YaRN), or by LongRoPE's list for texts of the length that the model was first trained for.
 * @throws model-damaged, model-architecture-unsupported for other ways of stretching the context.
 */
export async function readRope(
  file: GgufFile,
  numbers: Hyperparameters,
  ropeDimension: number,
): Promise<Rope> {
  const base = numbers.positive('rope.freq_base', 10_000);
  const magnitude = numbers.positive('rope.scaling.attn_factor', 1, 100);
  const listed =
    (await readDivisors(file, ropeTensors.shortDivisors, ropeDimension)) ??
    (await readDivisors(file, ropeTensors.divisors, ropeDimension));
  const type = numbers.text('rope.scaling.type') ?? 'linear';
  if (type === 'none' || (type === 'longrope' && listed !== null)) {
    return { base, divisors: listed, magnitude };
  }
  const factor = readFactor(numbers);
  if (type === 'linear') {
    const divisors = factor === 1 ? listed : scaled(listed, ropeDimension, () => factor);
    return { base, divisors, magnitude };
  }
  if (type === 'yarn') {
    const divisorAt = yarnDivisors(numbers, { base, factor, ropeDimension });
    return {
      base,
      divisors: scaled(listed, ropeDimension, divisorAt),
      magnitude: magnitude * (1 + 0.1 * Math.log(Math.max(factor, 1))),
    };
  }
  throw unknownScaling(type);
}

/** Beyond this length LongRoPE changes all rotations, also those of tokens that were read before. */
export function longRopeLimit(file: GgufFile, numbers: Hyperparameters): number {
  if (!file.tensors.has(ropeTensors.shortDivisors)) return Infinity;
  return numbers.wholeNumber('rope.scaling.original_context_length');
}

async function readDivisors(
  file: GgufFile,
  name: string,
  ropeDimension: number,
): Promise<Float32Array | null> {
  const tensor = file.tensors.get(name);
  if (tensor === undefined) return null;
  if (tensor.elementCount !== ropeDimension / 2) {
    throw damaged(`its tensor "${name}" has the wrong size`);
  }
  const divisors = await readNumbers(file, tensor);
  if (divisors.some((divisor) => divisor <= 0)) {
    throw damaged(`its tensor "${name}" holds impossible numbers`);
  }
  return divisors;
}

function scaled(
  listed: Float32Array | null,
  ropeDimension: number,
  factorAt: (index: number) => number,
): Float32Array {
  const divisors = listed ?? new Float32Array(ropeDimension / 2).fill(1);
  return divisors.map((divisor, index) => divisor * factorAt(index));
}

function readFactor(numbers: Hyperparameters): number {
  const factor = numbers.number('rope.scaling.factor') ?? numbers.number('rope.scale_linear') ?? 1;
  // llama.cpp reads 0 as "not scaled".
  if (factor === 0) return 1;
  if (!(factor > 0 && factor < 1e6)) throw damaged(`its rope factor is impossible (${factor})`);
  return factor;
}

/**
 * YaRN: frequencies that turn often within the original context stay, slow ones are divided by the factor, and those
 * between by a mix (arXiv 2309.00071, with the borders as transformers and llama.cpp round them).
 */
function yarnDivisors(
  numbers: Hyperparameters,
  { base, factor, ropeDimension }: { base: number; factor: number; ropeDimension: number },
): (index: number) => number {
  const own = ['yarn_ext_factor', 'yarn_attn_factor', 'yarn_log_multiplier'];
  if (own.some((name) => (numbers.number(`rope.scaling.${name}`) ?? 1) !== 1)) {
    throw unknownScaling('yarn');
  }
  const original = numbers.wholeNumber('rope.scaling.original_context_length');
  /** Which frequency turns that many times within the original context. */
  const turning = (times: number) =>
    (ropeDimension * Math.log(original / (times * 2 * Math.PI))) / (2 * Math.log(base));
  const fast = turning(numbers.positive('rope.scaling.yarn_beta_fast', 32));
  const slow = turning(numbers.positive('rope.scaling.yarn_beta_slow', 1));
  const low = Math.max(Math.floor(fast), 0);
  const high = Math.min(Math.ceil(slow), ropeDimension - 1);
  return (index) => {
    const ramp = Math.min(Math.max((index - low) / Math.max(high - low, 0.001), 0), 1);
    return 1 / (ramp / factor + 1 - ramp);
  };
}

function unknownScaling(scaling: string) {
  return architectureUnsupported('it stretches its context in a way that Winnow does not know', {
    scaling,
  });
}

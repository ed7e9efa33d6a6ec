import { architectureUnsupported, damaged } from './faults.ts';
import { readNumbers } from './read-numbers.ts';
import type { GgufFile } from './types.ts';

/**
 * What each rotation frequency is divided by, `[ropeDimension / 2]`: the file's own list (Llama 3.1 and later), or one
 * factor for all (linear scaling), or null where nothing is scaled.
 * @throws model-architecture-unsupported for scalings that also change other things (YaRN, LongRoPE).
 */
export async function readRopeDivisors(
  file: GgufFile,
  prefix: string,
  ropeDimension: number,
): Promise<Float32Array | null> {
  const linear = readLinearFactor(file, prefix);
  const tensor = file.tensors.get('rope_freqs.weight');
  if (tensor === undefined) {
    return linear === 1 ? null : new Float32Array(ropeDimension / 2).fill(linear);
  }
  if (tensor.elementCount !== ropeDimension / 2) {
    throw damaged('its tensor "rope_freqs.weight" has the wrong size');
  }
  const divisors = await readNumbers(file, tensor);
  if (divisors.some((divisor) => divisor <= 0)) {
    throw damaged('its tensor "rope_freqs.weight" holds impossible numbers');
  }
  return divisors.map((divisor) => divisor * linear);
}

function readLinearFactor({ metadata }: GgufFile, prefix: string): number {
  const type = metadata.text(`${prefix}.rope.scaling.type`) ?? 'linear';
  if (type === 'none') return 1;
  if (type !== 'linear') {
    throw architectureUnsupported('it stretches its context in a way that Winnow does not know', {
      scaling: type,
    });
  }
  const factor =
    metadata.number(`${prefix}.rope.scaling.factor`) ??
    metadata.number(`${prefix}.rope.scale_linear`) ??
    1;
  // llama.cpp reads 0 as "not scaled".
  if (factor === 0) return 1;
  if (!(factor > 0 && factor < 1e6)) throw damaged(`its rope factor is impossible (${factor})`);
  return factor;
}

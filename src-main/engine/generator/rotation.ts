import type { ModelFacts, Rope } from '../gguf/types.ts';

/** Angles by which queries and keys are rotated (RoPE), for a range of positions. */
export interface RotationTables {
  /** The position of line 0. */
  first: number;
  /** For each of the model's ropes. */
  ropes: RopeTables[];
}

interface RopeTables {
  /** `[positions, ropeDimension / 2]` */
  cosines: Float32Array;
  sines: Float32Array;
}

/** What the rotation needs to know of a model. */
export type RotationFacts = Pick<ModelFacts, 'ropes' | 'ropeDimension'>;

/** Cosines and sines for the positions `first`, `first` + 1, …; position 0 is the prompt's first token. */
export function rotationTables(
  { ropes, ropeDimension }: RotationFacts,
  first: number,
  count: number,
): RotationTables {
  return { first, ropes: ropes.map((rope) => ropeTables(rope, ropeDimension, first, count)) };
}

function ropeTables(
  { base, divisors, magnitude }: Rope,
  ropeDimension: number,
  first: number,
  count: number,
): RopeTables {
  const half = ropeDimension / 2;
  const cosines = new Float32Array(count * half);
  const sines = new Float32Array(count * half);
  for (let line = 0; line < count; line++) {
    for (let i = 0; i < half; i++) {
      const frequency = base ** ((-2 * i) / ropeDimension) / (divisors?.[i] ?? 1);
      const angle = (first + line) * frequency;
      cosines[line * half + i] = magnitude * Math.cos(angle);
      sines[line * half + i] = magnitude * Math.sin(angle);
    }
  }
  return { cosines, sines };
}

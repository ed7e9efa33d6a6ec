import type { ModelFacts } from '../gguf/types.ts';

/** Angles by which queries and keys are rotated (RoPE), for a range of positions. */
export interface RotationTables {
  /** `[positions, ropeDimension / 2]` */
  cosines: Float32Array;
  sines: Float32Array;
}

/** What the rotation needs to know of a model. */
export type RotationFacts = Pick<
  ModelFacts,
  'ropeBase' | 'ropeDimension' | 'ropeFrequencyDivisors'
>;

/** Cosines and sines for the positions `first`, `first` + 1, …; position 0 is the prompt's first token. */
export function rotationTables(facts: RotationFacts, first: number, count: number): RotationTables {
  const half = facts.ropeDimension / 2;
  const cosines = new Float32Array(count * half);
  const sines = new Float32Array(count * half);
  for (let line = 0; line < count; line++) {
    for (let i = 0; i < half; i++) {
      const divisor = facts.ropeFrequencyDivisors?.[i] ?? 1;
      const frequency = facts.ropeBase ** ((-2 * i) / facts.ropeDimension) / divisor;
      const angle = (first + line) * frequency;
      cosines[line * half + i] = Math.cos(angle);
      sines[line * half + i] = Math.sin(angle);
    }
  }
  return { cosines, sines };
}

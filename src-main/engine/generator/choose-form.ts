import { WinnowError } from '../../contract/errors.ts';
import type { GgufFile, ModelFacts } from '../gguf/types.ts';
import { embeddingBytes } from '../graph/embedding.ts';
import { int8Bytes } from '../graph/int8-weights.ts';
import { storedBits } from '../graph/stored-weights.ts';
import { linearParts, tensorOf } from '../graph/tensor-names.ts';
import { blockKind } from '../graph/weight-blocks.ts';
import { measureMemory } from '../memory.ts';
import type { LinearForm } from '../../contract/engine.ts';

/** Weights in fp32 may take this share of a machine's memory. */
const shareForFp32 = 0.4;

/**
 * Chooses how a model's linear layers are computed on this machine, by its memory alone: fp32 where that fits (the
 * fastest for many candidates, and the reference), else as the numbers are stored.
 * @param memoryBytes of the whole machine: what is free at the moment would make the choice change from day to day
 * @throws model-too-large where neither fits
 */
export function chooseForm(
  file: GgufFile,
  facts: ModelFacts,
  memoryBytes: number = measureMemory().totalBytes,
): LinearForm {
  const bytesAs = (form: LinearForm) => weightBytes(file, facts, form) + embeddingBytes(file);
  if (bytesAs('fp32') <= shareForFp32 * memoryBytes) return 'fp32';
  const smallest = bytesAs('stored');
  // What else is needed, and what is free, is for domain/memory-need.ts to add up.
  if (smallest <= memoryBytes) return 'stored';
  throw new WinnowError(
    'model-too-large',
    `This model needs about ${gigabytes(smallest)} of memory for its weights alone; this machine has ${gigabytes(memoryBytes)} in all.`,
    'Choose a smaller model, or one that is stored in fewer bits.',
    { weightBytes: smallest, memoryBytes },
  );
}

/** What people call a form: `fp32`, `int8`, and for stored numbers `4-bit`, `8-bit`. */
export function formName(form: LinearForm, file: GgufFile, facts: ModelFacts): string {
  if (form === 'int8') return form;
  const bits = form === 'fp32' ? 32 : storedBits(file, facts);
  return bits === 32 ? 'fp32' : `${bits}-bit`;
}

/** Bytes of the linear layers in a form. (The embedding is the same in all, and norms are small.) */
export function weightBytes(file: GgufFile, facts: ModelFacts, form: LinearForm): number {
  let bytes = 0;
  for (const [layer, names] of linearParts(facts)) {
    for (const name of names) {
      const { type, elementCount, shape } = tensorOf(file, name);
      if (form === 'int8') {
        bytes += int8Bytes(layer, shape[1] ?? 0, shape[0] ?? 0);
        continue;
      }
      const kind = form === 'stored' ? blockKind(type) : undefined;
      // Scales and offsets are kept in 32 bits.
      const extra = kind === undefined ? 0 : (kind.hasMinimum ? 8 : 4) / kind.blockLength;
      bytes += elementCount * ((kind?.bits ?? 32) / 8 + extra);
    }
  }
  return bytes;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

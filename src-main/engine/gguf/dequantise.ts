import { blockLayouts } from './block-types.ts';
import { expandQ2K, expandQ3K } from './dequantise-few-bits.ts';
import { expandQ4K, expandQ5K, expandQ6K } from './dequantise-k.ts';
import { expandBF16, expandF16, expandF32 } from './dequantise-plain.ts';
import { expandQ40, expandQ41, expandQ50, expandQ51, expandQ80 } from './dequantise-simple.ts';
import { expandIQ4NL, expandIQ4XS, expandMXFP4 } from './dequantise-table.ts';
import type { TensorType } from './types.ts';

/** Writes the numbers of all whole blocks in `bytes` to `out`, in the order in which the tensor holds them. */
export type Expand = (bytes: Uint8Array, out: Float32Array) => void;

const expanders: Record<TensorType, Expand> = {
  F32: expandF32,
  F16: expandF16,
  BF16: expandBF16,
  Q4_0: expandQ40,
  Q4_1: expandQ41,
  Q5_0: expandQ50,
  Q5_1: expandQ51,
  Q8_0: expandQ80,
  Q2_K: expandQ2K,
  Q3_K: expandQ3K,
  Q4_K: expandQ4K,
  Q5_K: expandQ5K,
  Q6_K: expandQ6K,
  IQ4_NL: expandIQ4NL,
  IQ4_XS: expandIQ4XS,
  MXFP4: expandMXFP4,
};

/**
 * Turns stored numbers into fp32, exactly as llama.cpp and Python's `gguf` define them (one rounding per number).
 * @param bytes whole blocks of that type.
 * @param out where to write; made when absent. Its length must be the number of elements in `bytes`.
 */
export function dequantise(type: TensorType, bytes: Uint8Array, out?: Float32Array): Float32Array {
  const layout = blockLayouts[type];
  const elementCount = (bytes.length / layout.bytes) * layout.elements;
  const target = out ?? new Float32Array(elementCount);
  if (target.length !== elementCount) {
    throw new RangeError(`${bytes.length} bytes of ${type} are not ${target.length} numbers`);
  }
  expanders[type](bytes, target);
  return target;
}

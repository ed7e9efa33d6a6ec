/**
 * Stored blocks of weights in the form that MatMulNBits takes: scale · (Q - 2^(bits - 1)), and for types with a minimum
 * an offset for each block, which is added to each of its weights. The same numbers as dequantise() gives, but for one
 * rounding of the offset.
 */
import { blockScaleReader } from '../gguf/block-scales.ts';
import { blockLayouts } from '../gguf/block-types.ts';
import { dequantise } from '../gguf/dequantise.ts';
import type { TensorType } from '../gguf/types.ts';

export interface WeightBlocks {
  /** With 4 bits number 2i is in the low half of byte i, number 2i + 1 in the high half. */
  numbers: Uint8Array;
  /** One for each block of `blockLength` weights. */
  scales: Float32Array;
  offsets: Float32Array | null;
}

interface BlockKind {
  bits: 4 | 8;
  /** Weights that share a scale. */
  blockLength: 16 | 32;
  /**
   * The q of "scale · q + minimum" that becomes Q = 0. It puts the middle of the numbers at the middle of Q: what is
   * rounded inside the product is multiplied by Q's distance from there.
   */
  lowest: -8 | -7 | 0 | -112 | -128;
  hasMinimum: boolean;
}

const kinds: Partial<Record<TensorType, BlockKind>> = {
  Q4_0: { bits: 4, blockLength: 32, lowest: -8, hasMinimum: false },
  Q4_1: { bits: 4, blockLength: 32, lowest: 0, hasMinimum: true },
  Q2_K: { bits: 4, blockLength: 16, lowest: -7, hasMinimum: true },
  Q3_K: { bits: 4, blockLength: 16, lowest: -8, hasMinimum: false },
  Q4_K: { bits: 4, blockLength: 32, lowest: 0, hasMinimum: true },
  Q5_0: { bits: 8, blockLength: 32, lowest: -128, hasMinimum: false },
  Q5_1: { bits: 8, blockLength: 32, lowest: -112, hasMinimum: true },
  Q5_K: { bits: 8, blockLength: 32, lowest: -112, hasMinimum: true },
  Q6_K: { bits: 8, blockLength: 16, lowest: -128, hasMinimum: false },
  Q8_0: { bits: 8, blockLength: 32, lowest: -128, hasMinimum: false },
  // The whole numbers of their tables need 8 bits.
  IQ4_NL: { bits: 8, blockLength: 32, lowest: -128, hasMinimum: false },
  IQ4_XS: { bits: 8, blockLength: 32, lowest: -128, hasMinimum: false },
  MXFP4: { bits: 8, blockLength: 32, lowest: -128, hasMinimum: false },
};

/** How a type is taken over; undefined for types that are plain numbers. */
export function blockKind(type: TensorType): BlockKind | undefined {
  return kinds[type];
}

/** Converts whole blocks of a type that has a kind. */
export function blocksOf(type: TensorType, kind: BlockKind, bytes: Uint8Array): WeightBlocks {
  const values = dequantise(type, bytes);
  const { scales, minimums } = readScales(type, bytes, values.length / kind.blockLength);
  const middle = 2 ** (kind.bits - 1) + kind.lowest;
  const offsets = kind.hasMinimum
    ? minimums.map((minimum, block) => minimum + middle * (scales[block] ?? 0))
    : null;
  const numbers = new Uint8Array((values.length * kind.bits) / 8);
  for (let i = 0; i < values.length; i++) {
    const block = Math.floor(i / kind.blockLength);
    const scale = scales[block] ?? 0;
    const q = scale === 0 ? 0 : Math.round(((values[i] ?? 0) - (minimums[block] ?? 0)) / scale);
    const number = q - kind.lowest;
    if (kind.bits === 8) numbers[i] = number;
    else numbers[i >> 1] = (numbers[i >> 1] ?? 0) | (i % 2 === 0 ? number : number << 4);
  }
  return {
    numbers,
    scales: Float32Array.from(scales),
    offsets: offsets === null ? null : Float32Array.from(offsets),
  };
}

/** Scale and minimum of each block, where value = scale · q + minimum. */
function readScales(
  type: TensorType,
  bytes: Uint8Array,
  count: number,
): { scales: Float64Array; minimums: Float64Array } {
  const scales = new Float64Array(count);
  const minimums = new Float64Array(count);
  const read = blockScaleReader(type);
  const { bytes: size } = blockLayouts[type];
  const parts = (count * size) / bytes.length;
  for (let block = 0; block < count; block++) {
    const at = Math.floor(block / parts) * size;
    const found = read?.(bytes, at, block % parts);
    scales[block] = found?.scale ?? 0;
    minimums[block] = found?.minimum ?? 0;
  }
  return { scales, minimums };
}

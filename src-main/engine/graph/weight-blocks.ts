/**
 * Stored blocks of weights in the form that MatMulNBits takes: scale · (Q - 2^(bits - 1)), and for types with a minimum
 * an offset for each block, which is added to each of its weights. The same numbers as dequantise() gives, but for one
 * rounding of the offset.
 */
import { blockLayouts } from '../gguf/block-types.ts';
import { dequantise } from '../gguf/dequantise.ts';
import { halfTable } from '../gguf/half.ts';
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
  lowest: -8 | 0 | -112 | -128;
  hasMinimum: boolean;
}

const kinds: Partial<Record<TensorType, BlockKind>> = {
  Q4_0: { bits: 4, blockLength: 32, lowest: -8, hasMinimum: false },
  Q4_1: { bits: 4, blockLength: 32, lowest: 0, hasMinimum: true },
  Q4_K: { bits: 4, blockLength: 32, lowest: 0, hasMinimum: true },
  Q5_0: { bits: 8, blockLength: 32, lowest: -128, hasMinimum: false },
  Q5_1: { bits: 8, blockLength: 32, lowest: -112, hasMinimum: true },
  Q5_K: { bits: 8, blockLength: 32, lowest: -112, hasMinimum: true },
  Q6_K: { bits: 8, blockLength: 16, lowest: -128, hasMinimum: false },
  Q8_0: { bits: 8, blockLength: 32, lowest: -128, hasMinimum: false },
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

/** Scale and minimum of each block, where value = scale · q + minimum; exact in 64 bits. */
function readScales(
  type: TensorType,
  bytes: Uint8Array,
  count: number,
): { scales: Float64Array; minimums: Float64Array } {
  const halves = halfTable();
  const half = (at: number) => halves[(bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)] ?? 0;
  const scales = new Float64Array(count);
  const minimums = new Float64Array(count);
  const { bytes: size } = blockLayouts[type];
  for (let at = 0, block = 0; at < bytes.length; at += size) {
    if (type === 'Q4_K' || type === 'Q5_K') {
      for (let part = 0; part < 8; part++, block++) {
        const { scale, minimum } = sixBits(bytes, at + 4, part);
        scales[block] = half(at) * scale;
        minimums[block] = -half(at + 2) * minimum;
      }
    } else if (type === 'Q6_K') {
      for (let part = 0; part < 16; part++, block++) {
        scales[block] = half(at + 208) * (((bytes[at + 192 + part] ?? 0) << 24) >> 24);
      }
    } else {
      scales[block] = half(at);
      if (type === 'Q4_1' || type === 'Q5_1') minimums[block] = half(at + 2);
      block += 1;
    }
  }
  return { scales, minimums };
}

/** Scale and minimum number `part` of the 12 bytes in which Q4_K and Q5_K pack eight of each. */
function sixBits(bytes: Uint8Array, at: number, part: number): { scale: number; minimum: number } {
  const byte = (index: number) => bytes[at + index] ?? 0;
  if (part < 4) return { scale: byte(part) & 63, minimum: byte(part + 4) & 63 };
  return {
    scale: (byte(part + 4) & 15) | ((byte(part - 4) >> 6) << 4),
    minimum: (byte(part + 4) >> 4) | ((byte(part) >> 6) << 4),
  };
}

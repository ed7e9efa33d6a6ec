/** Stored blocks of 32 weights in the form that MatMulNBits takes: scale · (q - 2^(bits - 1)), exactly. */
import { halfTable } from '../gguf/half.ts';
import type { TensorType } from '../gguf/types.ts';

export interface WeightBlocks {
  bits: 4 | 8;
  /** With 4 bits number 2i is in the low half of byte i, number 2i + 1 in the high half. */
  numbers: Uint8Array;
  /** One for each block. */
  scales: Float32Array;
  /** What is added to every weight of a block; null where nothing is. */
  offsets: Float32Array | null;
}

const layouts = {
  // Bytes of a block; where its numbers begin; whether it has a minimum.
  Q4_0: { bytes: 18, numbersAt: 2, bits: 4, minimum: false },
  Q4_1: { bytes: 20, numbersAt: 4, bits: 4, minimum: true },
  Q8_0: { bytes: 34, numbersAt: 2, bits: 8, minimum: false },
} as const;
type BlockType = keyof typeof layouts;

/** Whether a type has such a map. The others of gguf.md's table have one too; they are dequantised for now. */
export function isBlockType(type: TensorType): type is BlockType {
  return type in layouts;
}

/** Converts whole blocks. */
export function blocksOf(type: BlockType, bytes: Uint8Array): WeightBlocks {
  const { bytes: blockBytes, numbersAt, bits, minimum } = layouts[type];
  const halves = halfTable();
  const count = bytes.length / blockBytes;
  const scales = new Float32Array(count);
  const offsets = minimum ? new Float32Array(count) : null;
  const perBlock = 4 * bits;
  const numbers = new Uint8Array(count * perBlock);
  const half = (at: number) => halves[(bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)] ?? 0;
  for (let block = 0; block < count; block++) {
    const at = block * blockBytes;
    const scale = half(at);
    scales[block] = scale;
    // d q + m = d (q - 8) + (m + 8 d)
    if (offsets !== null) offsets[block] = half(at + 2) + 8 * scale;
    const from = at + numbersAt;
    const to = block * perBlock;
    if (bits === 4) interleave(bytes, from, numbers, to);
    else for (let i = 0; i < perBlock; i++) numbers[to + i] = ((bytes[from + i] ?? 0) + 128) & 255;
  }
  return { bits, numbers, scales, offsets };
}

/** From "number i beside number i + 16" to "number 2i beside number 2i + 1". */
function interleave(from: Uint8Array, at: number, to: Uint8Array, start: number): void {
  for (let i = 0; i < 8; i++) {
    const [first, second] = [from[at + 2 * i] ?? 0, from[at + 2 * i + 1] ?? 0];
    to[start + i] = (first & 15) | ((second & 15) << 4);
    to[start + 8 + i] = (first >> 4) | (second & 0xf0);
  }
}

import { halfTable } from './half.ts';

/** The three types without blocks. All are little-endian, as is every machine that Winnow runs on. */

export function expandF32(bytes: Uint8Array, out: Float32Array): void {
  new Uint8Array(out.buffer, out.byteOffset, out.byteLength).set(bytes);
}

export function expandF16(bytes: Uint8Array, out: Float32Array): void {
  const half = halfTable();
  for (let i = 0; i < out.length; i++) out[i] = half[word(bytes, 2 * i)] ?? 0;
}

/** bfloat16 is the upper half of an fp32 number. */
export function expandBF16(bytes: Uint8Array, out: Float32Array): void {
  const bits = new Uint32Array(out.buffer, out.byteOffset, out.length);
  for (let i = 0; i < out.length; i++) bits[i] = word(bytes, 2 * i) << 16;
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

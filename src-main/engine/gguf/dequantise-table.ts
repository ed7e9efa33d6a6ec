import { halfToNumber } from './half.ts';

/**
 * The types whose 4 bits name one of 16 whole numbers of a table, which a block's scale multiplies. In each 16 bytes, byte i
 * holds number i in its lower half and number i + 16 in its upper half.
 */

/** More of them near 0, as weights are distributed. */
const unevenNumbers = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];
/** Twice the numbers of the OCP format E2M1: the scale here is half of the stored one. */
const doubledFloats = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

/** 18 bytes for 32 numbers: d, 16 bytes. */
export function expandIQ4NL(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, first = 0; at < bytes.length; at += 18, first += 32) {
    expandFrom(unevenNumbers, halfAt(bytes, at), bytes.subarray(at + 2, at + 18), out, first);
  }
}

/** 136 bytes for 256 numbers: d, two bytes of the upper and four of the lower bits of eight scales, eight times 16 bytes. */
export function expandIQ4XS(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, first = 0; at < bytes.length; at += 136, first += 256) {
    for (let part = 0; part < 8; part++) {
      const scale = halfAt(bytes, at) * scaleOfIQ4XS(bytes, at + 2, part);
      const from = at + 8 + 16 * part;
      expandFrom(unevenNumbers, scale, bytes.subarray(from, from + 16), out, first + 32 * part);
    }
  }
}

/** 17 bytes for 32 numbers: the scale's exponent, 16 bytes. */
export function expandMXFP4(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, first = 0; at < bytes.length; at += 17, first += 32) {
    const scale = scaleOfMXFP4(bytes[at] ?? 0);
    expandFrom(doubledFloats, scale, bytes.subarray(at + 1, at + 17), out, first);
  }
}

/** Scale number `part` of eight: two bits in the first two bytes, four in the four bytes behind them. */
export function scaleOfIQ4XS(bytes: Uint8Array, at: number, part: number): number {
  const upper = ((bytes[at + (part >> 2)] ?? 0) >> (2 * (part & 3))) & 3;
  const pair = bytes[at + 2 + (part >> 1)] ?? 0;
  const lower = part & 1 ? pair >> 4 : pair & 15;
  return (lower | (upper << 4)) - 32;
}

/** Half of the scale with that exponent (E8M0). */
export function scaleOfMXFP4(exponent: number): number {
  return 2 ** (exponent - 128);
}

function expandFrom(
  table: readonly number[],
  scale: number,
  pairs: Uint8Array,
  out: Float32Array,
  first: number,
): void {
  for (let i = 0; i < 16; i++) {
    const pair = pairs[i] ?? 0;
    out[first + i] = scale * (table[pair & 15] ?? 0);
    out[first + i + 16] = scale * (table[pair >> 4] ?? 0);
  }
}

function halfAt(bytes: Uint8Array, at: number): number {
  return halfToNumber((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8));
}

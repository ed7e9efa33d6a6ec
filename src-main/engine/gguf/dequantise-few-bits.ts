import { halfToNumber } from './half.ts';

/** The smallest "K" types: 256 numbers to a block of 2 or 3 bits each, in sub-blocks of 16 that have scales of their own. */
const blockLength = 256;
const subBlockLength = 16;

/**
 * Q2_K, 84 bytes: 16 bytes of scales (lower halves) and minima (upper halves), 64 bytes of 2-bit numbers, d, dmin.
 * Value d scale q - dmin minimum.
 */
export function expandQ2K(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, first = 0; at < bytes.length; at += 84, first += blockLength) {
    const scale = halfAt(bytes, at + 80);
    const minimum = halfAt(bytes, at + 82);
    for (let i = 0; i < blockLength; i++) {
      const packed = bytes[at + Math.floor(i / subBlockLength)] ?? 0;
      out[first + i] = scale * (packed & 15) * twoBits(bytes, at + 16, i) - minimum * (packed >> 4);
    }
  }
}

/**
 * Q3_K, 110 bytes: 32 bytes of third bits, of which bit j of byte i is that of number 32 j + i, 64 bytes of 2-bit numbers,
 * 12 bytes of 6-bit scales, d. Value d (scale - 32) (q - 4), where the third bit is the 4.
 */
export function expandQ3K(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, first = 0; at < bytes.length; at += 110, first += blockLength) {
    const scale = halfAt(bytes, at + 108);
    for (let i = 0; i < blockLength; i++) {
      const third = ((bytes[at + (i & 31)] ?? 0) >> (i >> 5)) & 1;
      const number = (twoBits(bytes, at + 32, i) | (third << 2)) - 4;
      out[first + i] = scale * scaleOfQ3K(bytes, at + 96, Math.floor(i / subBlockLength)) * number;
    }
  }
}

/**
 * Scale number `part` of the 16 that Q3_K packs into 12 bytes: the lower four bits of scales 0-7 and 8-15 lie in the halves
 * of the first eight bytes, the upper two of scales j, j + 4, j + 8 and j + 12 in byte 8 + j, lowest first.
 */
export function scaleOfQ3K(bytes: Uint8Array, at: number, part: number): number {
  const pair = bytes[at + (part & 7)] ?? 0;
  const lower = part < 8 ? pair & 15 : pair >> 4;
  const upper = ((bytes[at + 8 + (part & 3)] ?? 0) >> (2 * (part >> 2))) & 3;
  return (lower | (upper << 4)) - 32;
}

/** Number i of 256 in 64 bytes: two runs of 32 bytes, each with four times 32 numbers, the lowest bits first. */
function twoBits(bytes: Uint8Array, at: number, i: number): number {
  return ((bytes[at + 32 * (i >> 7) + (i & 31)] ?? 0) >> (2 * ((i >> 5) & 3))) & 3;
}

function halfAt(bytes: Uint8Array, at: number): number {
  return halfToNumber((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8));
}

import { halfToNumber } from './half.ts';

/** The "K" types: 256 numbers to a block, in sub-blocks that have small integer scales of their own. */
const blockLength = 256;

/** Scales and minima of the eight sub-blocks of Q4_K and Q5_K. */
interface SubBlocks {
  scales: Uint8Array;
  minima: Uint8Array;
}

/**
 * Q4_K, 144 bytes: d, dmin, 12 bytes of scales and minima, 128 bytes. Each run of 32 bytes holds sub-block 2j in the lower
 * halves and 2j + 1 in the upper ones. Value d scale q - dmin minimum.
 */
export function expandQ4K(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, first = 0; at < bytes.length; at += 144, first += blockLength) {
    expandWithMinima(bytes, at, out, first, (sub, i) => {
      const pair = bytes[at + 16 + 32 * (sub >> 1) + i] ?? 0;
      return sub & 1 ? pair >> 4 : pair & 15;
    });
  }
}

/** Q5_K, 176 bytes: as Q4_K, with 32 bytes of fifth bits before the rest: bit j of byte i is that of number i of sub-block j. */
export function expandQ5K(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, first = 0; at < bytes.length; at += 176, first += blockLength) {
    expandWithMinima(bytes, at, out, first, (sub, i) => {
      const pair = bytes[at + 48 + 32 * (sub >> 1) + i] ?? 0;
      const fifth = ((bytes[at + 16 + i] ?? 0) >> sub) & 1;
      return (sub & 1 ? pair >> 4 : pair & 15) | (fifth << 4);
    });
  }
}

/**
 * Q6_K, 210 bytes: 128 bytes of lower halves (two runs of 64, lower halves first), 64 bytes of upper two bits (two runs of
 * 32, two bits for each quarter), 16 signed scales, d. Value d scale (q - 32), with sub-blocks of 16.
 */
export function expandQ6K(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, first = 0; at < bytes.length; at += 210, first += blockLength) {
    const scale = halfAt(bytes, at + 208);
    for (let i = 0; i < blockLength; i++) {
      const run = i >> 7;
      const quarter = (i >> 5) & 3;
      const pair = bytes[at + 64 * run + (i & 63)] ?? 0;
      const lower = quarter < 2 ? pair & 15 : pair >> 4;
      const upper = ((bytes[at + 128 + 32 * run + (i & 31)] ?? 0) >> (2 * quarter)) & 3;
      const subScale = ((bytes[at + 192 + (i >> 4)] ?? 0) << 24) >> 24;
      out[first + i] = scale * subScale * ((lower | (upper << 4)) - 32);
    }
  }
}

function expandWithMinima(
  bytes: Uint8Array,
  at: number,
  out: Float32Array,
  first: number,
  numberAt: (sub: number, i: number) => number,
): void {
  const { scales, minima } = unpackSubBlocks(bytes, at + 4);
  const scale = halfAt(bytes, at);
  const minimum = halfAt(bytes, at + 2);
  for (let sub = 0; sub < 8; sub++) {
    const subScale = scale * (scales[sub] ?? 0);
    const subMinimum = minimum * (minima[sub] ?? 0);
    for (let i = 0; i < 32; i++) {
      out[first + 32 * sub + i] = subScale * numberAt(sub, i) - subMinimum;
    }
  }
}

/**
 * The 12 bytes of eight 6-bit scales and eight 6-bit minima: bytes 0-3 hold scales 0-3 and bytes 4-7 minima 0-3 in their
 * lower six bits; bytes 8-11 hold the lower four bits of scales 4-7 (lower halves) and of minima 4-7 (upper halves), whose
 * top two bits are the top two bits of bytes 0-3 and 4-7.
 */
function unpackSubBlocks(bytes: Uint8Array, at: number): SubBlocks {
  const scales = new Uint8Array(8);
  const minima = new Uint8Array(8);
  for (let j = 0; j < 4; j++) {
    const a = bytes[at + j] ?? 0;
    const b = bytes[at + 4 + j] ?? 0;
    const c = bytes[at + 8 + j] ?? 0;
    scales[j] = a & 63;
    minima[j] = b & 63;
    scales[4 + j] = (c & 15) | ((a >> 6) << 4);
    minima[4 + j] = (c >> 4) | ((b >> 6) << 4);
  }
  return { scales, minima };
}

function halfAt(bytes: Uint8Array, at: number): number {
  return halfToNumber((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8));
}

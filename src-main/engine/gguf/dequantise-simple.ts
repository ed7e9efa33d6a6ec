import { halfTable } from './half.ts';

/**
 * The types with 32 numbers to a block: a half-precision scale d, for `_1` a half-precision minimum m, then the numbers q.
 * 4-bit numbers lie in 16 bytes: byte i holds number i in its lower half and number i + 16 in its upper half.
 * 5-bit types keep the fifth bits before them, bit i of 32 being that of number i.
 */
const blockLength = 32;

/** 18 bytes: d, 16 bytes. Value d (q - 8). */
export function expandQ40(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, first = 0; at < bytes.length; at += 18, first += blockLength) {
    const scale = halfAt(bytes, at);
    for (let i = 0; i < 16; i++) {
      const pair = bytes[at + 2 + i] ?? 0;
      out[first + i] = scale * ((pair & 15) - 8);
      out[first + i + 16] = scale * ((pair >> 4) - 8);
    }
  }
}

/** 20 bytes: d, m, 16 bytes. Value d q + m. */
export function expandQ41(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, first = 0; at < bytes.length; at += 20, first += blockLength) {
    const scale = halfAt(bytes, at);
    const minimum = halfAt(bytes, at + 2);
    for (let i = 0; i < 16; i++) {
      const pair = bytes[at + 4 + i] ?? 0;
      out[first + i] = scale * (pair & 15) + minimum;
      out[first + i + 16] = scale * (pair >> 4) + minimum;
    }
  }
}

/** 22 bytes: d, 4 bytes of fifth bits, 16 bytes. Value d (q - 16). */
export function expandQ50(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, first = 0; at < bytes.length; at += 22, first += blockLength) {
    const scale = halfAt(bytes, at);
    for (let i = 0; i < blockLength; i++) {
      out[first + i] = scale * (fiveBits(bytes, at + 2, i) - 16);
    }
  }
}

/** 24 bytes: d, m, 4 bytes of fifth bits, 16 bytes. Value d q + m. */
export function expandQ51(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, first = 0; at < bytes.length; at += 24, first += blockLength) {
    const scale = halfAt(bytes, at);
    const minimum = halfAt(bytes, at + 2);
    for (let i = 0; i < blockLength; i++) {
      out[first + i] = scale * fiveBits(bytes, at + 4, i) + minimum;
    }
  }
}

/** 34 bytes: d, 32 signed bytes. Value d q. */
export function expandQ80(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, first = 0; at < bytes.length; at += 34, first += blockLength) {
    const scale = halfAt(bytes, at);
    for (let i = 0; i < blockLength; i++) {
      out[first + i] = scale * (((bytes[at + 2 + i] ?? 0) << 24) >> 24);
    }
  }
}

/** Number i of a 5-bit block whose fifth bits begin at `at`, followed by the lower four. */
function fiveBits(bytes: Uint8Array, at: number, i: number): number {
  const pair = bytes[at + 4 + (i & 15)] ?? 0;
  const lower = i < 16 ? pair & 15 : pair >> 4;
  const fifth = ((bytes[at + (i >> 3)] ?? 0) >> (i & 7)) & 1;
  return lower | (fifth << 4);
}

function halfAt(bytes: Uint8Array, at: number): number {
  return halfTable()[(bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)] ?? 0;
}

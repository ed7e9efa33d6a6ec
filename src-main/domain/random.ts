/**
 * Random numbers that depend on nothing but their key: candidate i at position t draws the same number in every
 * strategy, whatever else is alive. Philox4x32 with 10 rounds (Salmon et al., "Parallel random numbers: as easy as
 * 1, 2, 3", SC 2011), whose known answers are in the tests.
 */

export type FourWords = [number, number, number, number];

const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
const keyStep0 = 0x9e3779b9;
const keyStep1 = 0xbb67ae85;
const rounds = 10;

/** Four words of 32 random bits each, from a counter of four words and a key of two. */
export function philox4x32(
  counter: Readonly<FourWords>,
  key: readonly [number, number],
): FourWords {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < rounds; round++) {
    const high0 = multiplyHigh(multiplier0, c0);
    const high1 = multiplyHigh(multiplier1, c2);
    const low0 = Math.imul(multiplier0, c0);
    const low1 = Math.imul(multiplier1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + keyStep0) | 0;
    k1 = (k1 + keyStep1) | 0;
  }
  return [c0 >>> 0, c1 >>> 0, c2 >>> 0, c3 >>> 0];
}

/**
 * The uniform number by which a candidate's token is drawn: a multiple of 2^-24, at least 0, at most 1 - 2^-23.
 * (One step below the largest fp32 under 1, so that its product with any sum stays below that sum.)
 * @param seed a whole number of up to 53 bits
 * @param position 0 for the answer's first token
 */
export function uniformNumber(seed: number, candidate: number, position: number): number {
  const key = [seed | 0, Math.floor(seed / 2 ** 32) | 0] as const;
  const [word] = philox4x32([position, candidate, 0, 0], key);
  return Math.min((word >>> 8) * 2 ** -24, 1 - 2 ** -23);
}

/** The upper 32 bits of the product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >>> 16);
  const carry = (middle % 0x10000) + aLow * bHigh;
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) | 0;
}

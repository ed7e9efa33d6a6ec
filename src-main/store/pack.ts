/** How lists of numbers are kept small in the database, and come back exactly. */

/** 32-bit integers, little-endian (every platform that Node runs on is little-endian, or was left behind). */
export const packTokens = (tokens: readonly number[]): Uint8Array =>
  new Uint8Array(Int32Array.from(tokens).buffer);

export const packFloats = (values: readonly number[]): Uint8Array =>
  new Uint8Array(Float64Array.from(values).buffer);

// A copy, because a typed array may begin only at a multiple of its element size.
const copyOf = (bytes: Uint8Array) => Uint8Array.from(bytes).buffer;

export const unpackTokens = (bytes: Uint8Array): number[] => [...new Int32Array(copyOf(bytes))];
export const unpackFloats = (bytes: Uint8Array): number[] => [...new Float64Array(copyOf(bytes))];

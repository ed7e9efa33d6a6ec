/** How lists of numbers and growing texts are kept small in the database, and come back exactly. */

/** 32-bit integers, little-endian (every platform that Node runs on is little-endian, or was left behind). */
export const packTokens = (tokens: readonly number[]): Uint8Array =>
  new Uint8Array(Int32Array.from(tokens).buffer);

export const packFloats = (values: readonly number[]): Uint8Array =>
  new Uint8Array(Float64Array.from(values).buffer);

// A copy, because a typed array may begin only at a multiple of its element size.
const copyOf = (bytes: Uint8Array) => Uint8Array.from(bytes).buffer;

export const unpackTokens = (bytes: Uint8Array): number[] => [...new Int32Array(copyOf(bytes))];
export const unpackFloats = (bytes: Uint8Array): number[] => [...new Float64Array(copyOf(bytes))];

/** A text as the change of an earlier one: its first `kept` UTF-16 code units, then `added`. */
export interface TextChange {
  kept: number;
  added: string;
}

const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;

/**
 * The change that makes `after` of `before`. A growing answer mostly gets longer; but its last character may change too,
 * when a token ends in the middle of one and the next token completes it.
 */
export function splitText(before: string, after: string): TextChange {
  let kept = 0;
  const shorter = Math.min(before.length, after.length);
  if (after.startsWith(before)) kept = shorter;
  else while (kept < shorter && before.charCodeAt(kept) === after.charCodeAt(kept)) kept += 1;
  // Half a character cannot be stored.
  if (kept > 0 && isHighSurrogate(after.charCodeAt(kept - 1))) kept -= 1;
  return { kept, added: after.slice(kept) };
}

export const joinText = (before: string, { kept, added }: TextChange): string =>
  before.slice(0, kept) + added;

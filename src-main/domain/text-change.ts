/** Growing texts as changes: small in the database and on the wire, and given back exactly. */
import type { TextChange } from '../contract/recording.ts';

export type { TextChange } from '../contract/recording.ts';

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

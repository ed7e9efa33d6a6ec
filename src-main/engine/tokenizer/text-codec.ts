/** One model's way between ordinary text and tokens, without control tokens. */
export interface TextCodec {
  /**
   * The ids of an ordinary text. Never a control token.
   * @param continues other tokens stand before it, so that it is not the beginning of a text
   */
  encode(text: string, continues?: boolean): number[];
  /** The bytes that a token stands for; none for control tokens. */
  bytesOf(id: number): Uint8Array;
  /** A space at the start of a decoded text belongs to the encoding, not to the text. */
  dropsFirstSpace: boolean;
  /** What a person should know about this tokenizer, in whole sentences. */
  warnings: readonly string[];
}

export const noBytes = new Uint8Array(0);

/** A text cut at certain words: ordinary pieces, and ids where a word was found. */
export type Piece = string | number;

/** Cuts a text at these words; where several begin at one place, at the longest. Empty pieces are left out. */
export function splitAtWords(text: string, words: ReadonlyMap<string, number>): Piece[] {
  if (words.size === 0) return text === '' ? [] : [text];
  const pieces: Piece[] = [];
  for (const part of text.split(splitter(words))) {
    if (part !== '') pieces.push(words.get(part) ?? part);
  }
  return pieces;
}

/**
 * Encodes the ordinary pieces of a text and puts the ids of the words between them.
 * @param encode is told the place of a piece: 0 where nothing stands before it
 * @param swallowing words that take the white space behind them
 * @param swallowingBefore words that take the white space before them
 */
export function encodeAround(
  text: string,
  words: ReadonlyMap<string, number>,
  encode: (piece: string, place: number) => number[],
  swallowing: ReadonlySet<Piece> = new Set(),
  swallowingBefore: ReadonlySet<Piece> = new Set(),
): number[] {
  return splitAtWords(text, words).flatMap((piece, index, pieces) => {
    if (typeof piece === 'number') return [piece];
    const behind = swallowing.has(pieces[index - 1] ?? '') ? piece.trimStart() : piece;
    const left = swallowingBefore.has(pieces[index + 1] ?? '') ? behind.trimEnd() : behind;
    return left === '' ? [] : encode(left, index);
  });
}

const splitters = new WeakMap<ReadonlyMap<string, number>, RegExp>();

function splitter(words: ReadonlyMap<string, number>): RegExp {
  const known = splitters.get(words);
  if (known !== undefined) return known;
  const longestFirst = [...words.keys()].sort((a, b) => b.length - a.length);
  const escaped = longestFirst.map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  const pattern = new RegExp(`(${escaped.join('|')})`, 'u');
  splitters.set(words, pattern);
  return pattern;
}

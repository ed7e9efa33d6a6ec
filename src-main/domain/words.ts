/** Words of a text, in any language: what the pages count and compare, where the engine counts tokens. */

/** A word, or with `splitPieces` also a sign, and where it stands in the text (UTF-16 code units). */
export interface Word {
  start: number;
  end: number;
  /** What it is compared by. */
  key: string;
}

/** One segmenter for all: making one costs more than splitting a page. */
const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

/** The words alone, in lower case: for "does the other text say the same?". */
export function splitWords(text: string): Word[] {
  const words: Word[] = [];
  for (const { segment, index, isWordLike } of segmenter.segment(text)) {
    if (isWordLike !== true) continue;
    words.push({ start: index, end: index + segment.length, key: segment.toLowerCase() });
  }
  return words;
}

/** Words and signs, exactly as they are; only spaces are left out: for "is it the same text?". */
export function splitPieces(text: string): Word[] {
  const pieces: Word[] = [];
  for (const { segment, index } of segmenter.segment(text)) {
    if (segment.trim() === '') continue;
    pieces.push({ start: index, end: index + segment.length, key: segment });
  }
  return pieces;
}

export function countWords(text: string): number {
  let count = 0;
  for (const { isWordLike } of segmenter.segment(text)) if (isWordLike === true) count += 1;
  return count;
}

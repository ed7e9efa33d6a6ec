/** How many columns of a terminal a text takes: Chinese characters and emoji take two, combining marks none. */

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** East Asian wide and full-width letters (Unicode Standard Annex 11), in the ranges that are in use. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
const emoji = /\p{Emoji_Presentation}|\ufe0f/u;
const invisible = /^[\p{Mark}\p{Format}]+$/u;

function graphemeWidth(grapheme: string): number {
  if (invisible.test(grapheme)) return 0;
  return wide.test(grapheme) || emoji.test(grapheme) ? 2 : 1;
}

/** Only letters of one column, as most texts are: then counting them is enough. */
const isPlain = (text: string): boolean =>
  /^[\u0020-\u02ff\u2010-\u2027\u2500-\u257f]*$/.test(text);

export function widthOf(text: string): number {
  if (isPlain(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** The longest beginning of a text that takes at most `width` columns, and at least one letter. */
export function beginning(text: string, width: number): string {
  if (isPlain(text)) return text.slice(0, Math.max(1, width));
  let taken = 0;
  let end = 0;
  for (const { segment } of graphemes.segment(text)) {
    taken += graphemeWidth(segment);
    if (taken > width && end > 0) break;
    end += segment.length;
  }
  return text.slice(0, end);
}

/** Fills a text with spaces up to `width` columns. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

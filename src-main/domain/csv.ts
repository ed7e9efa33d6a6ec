/**
 * A CSV writer and its reader (RFC 4180): what is written reads back the same, type by type. Text is always quoted;
 * numbers, true and false never are; an empty field means "not known".
 *
 * Spreadsheets run a cell as a formula when it begins with certain characters, quoted or not (CWE-1236, OWASP "CSV
 * injection"). The guard puts an apostrophe before such texts, and before texts that look as if it already had, so that
 * the reader can take exactly that apostrophe away again.
 */
import { WinnowError } from '../contract/errors.ts';
import type { CsvFormatName } from '../contract/exports.ts';

/** null: not known. */
export type CsvCell = string | number | boolean | null;

export interface CsvFormat {
  separator: ',' | ';';
  decimal: '.' | ',';
  /** Without it Excel on Windows takes the file for an old 8-bit one. */
  byteOrderMark: boolean;
  /** Guard texts that a spreadsheet would run as formulas. */
  guard: boolean;
}

export const csvFormats: Record<CsvFormatName, CsvFormat> = {
  excel: { separator: ',', decimal: '.', byteOrderMark: true, guard: true },
  /** For Excel in regions that write 1,25 (Germany, France …). */
  'excel-regional': { separator: ';', decimal: ',', byteOrderMark: true, guard: true },
  plain: { separator: ',', decimal: '.', byteOrderMark: false, guard: true },
};

export const byteOrderMark = '\uFEFF';

/**
 * A text that a spreadsheet might run, with any apostrophes of the guard's before it. Full-width forms count too: Excel
 * takes them for the ASCII ones. Spaces before a trigger do not disarm it.
 */
const formulaLike = /^'*\s*[=+\-@\t\r\n\0＝＋－＠]/u;

export const guardText = (text: string): string => (formulaLike.test(text) ? `'${text}` : text);

/** Takes away what guardText added, and nothing else. */
export const unguardText = (text: string): string =>
  text.startsWith("'") && formulaLike.test(text) ? text.slice(1) : text;

/** One record with its line end. A number that is not finite is not known. */
export function csvRow(cells: readonly CsvCell[], format: CsvFormat): string {
  return `${cells.map((cell) => field(cell, format)).join(format.separator)}\r\n`;
}

/** The header record, after the byte order mark where the format has one. Names are plain words, so none is quoted. */
export function csvHeader(names: readonly string[], format: CsvFormat): string {
  return `${format.byteOrderMark ? byteOrderMark : ''}${names.join(format.separator)}\r\n`;
}

function field(cell: CsvCell, format: CsvFormat): string {
  if (cell === null) return '';
  if (typeof cell === 'boolean') return String(cell);
  if (typeof cell === 'number') {
    return Number.isFinite(cell) ? String(cell).replace('.', format.decimal) : '';
  }
  const text = format.guard ? guardText(cell) : cell;
  return `"${text.replaceAll('"', '""')}"`;
}

/**
 * The records of a CSV text, with or without a byte order mark; line ends may be CRLF or LF.
 * Throws `file-failed` where a quoted text has no end, or something stands beside the quotes.
 */
export function parseCsv(text: string, format: CsvFormat): CsvCell[][] {
  const { separator } = format;
  const fieldAndItsEnd = new RegExp(
    `(?:"([^"]*(?:""[^"]*)*)"|([^${separator}\\r\\n"]*))(${separator}|\\r\\n|\\n|\\r|$)`,
    'y',
  );
  fieldAndItsEnd.lastIndex = text.startsWith(byteOrderMark) ? 1 : 0;
  const records: CsvCell[][] = [];
  let record: CsvCell[] = [];
  while (fieldAndItsEnd.lastIndex < text.length) {
    const match = fieldAndItsEnd.exec(text);
    if (match === null) throw brokenCsv();
    const [, quoted, plain = '', end] = match;
    record.push(quoted === undefined ? plainCell(plain, format) : quotedCell(quoted, format));
    if (end === separator) continue;
    records.push(record);
    record = [];
  }
  // The text ends right after a separator: its last field is empty.
  if (record.length > 0) records.push([...record, null]);
  return records;
}

function quotedCell(content: string, format: CsvFormat): CsvCell {
  const text = content.replaceAll('""', '"');
  return format.guard ? unguardText(text) : text;
}

/** Texts without quotes are not ours, but other programs write them so. */
function plainCell(content: string, format: CsvFormat): CsvCell {
  if (content === '') return null;
  if (content === 'true' || content === 'false') return content === 'true';
  const number = Number(content.replace(format.decimal, '.'));
  if (content.trim() !== '' && Number.isFinite(number)) return number;
  return format.guard ? unguardText(content) : content;
}

const brokenCsv = () =>
  new WinnowError(
    'file-failed',
    'This is not a whole CSV file: a quoted text in it has no end.',
    'Use a CSV file as Winnow wrote it.',
  );

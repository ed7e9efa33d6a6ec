/** Numbers and texts as people read them on a terminal. */
import { beginning, padEnd, widthOf } from './text-width.ts';

export { padEnd } from './text-width.ts';

/** 1234567 → `1,234,567`. */
export function wholeNumber(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A reward with two decimals; `–` where there is none. */
export function reward(value: number | null): string {
  return value === null ? '–' : value.toFixed(2);
}

/** Milliseconds → `12.3 s`, `2 min 05 s`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** Bytes → `48.3 MB` (1 MB = 1,000,000 bytes); very little in kB, very much in GB. */
export function megabytes(bytes: number): string {
  return inUnits(bytes, Math.round);
}

/** The same for a budget, rounded up: typed back as `--memory` it holds no less. */
export function budget(bytes: number): string {
  return inUnits(bytes, Math.ceil);
}

function inUnits(bytes: number, round: (value: number) => number): string {
  if (bytes > 0 && bytes < 1e5) return `${(round(bytes / 1e2) / 10).toFixed(1)} kB`;
  if (bytes < 1e9) return `${(round(bytes / 1e5) / 10).toFixed(1)} MB`;
  return `${(round(bytes / 1e7) / 100).toFixed(2)} GB`;
}

/** A text on one line, cut with an ellipsis to `width` columns of the terminal. */
export function oneLine(text: string, width: number): string {
  const flat = printable(text).replace(/\s+/g, ' ').trim();
  return widthOf(flat) <= width ? flat : `${beginning(flat, Math.max(0, width - 1))}…`;
}

/**
 * Control characters could move the cursor or recolour the terminal, and those for the direction of writing turn the rest
 * of a line round: a model may write them, a screen must not obey.
 */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    '\uFFFD',
  );
}

/** Breaks a text into lines of at most `width` columns, at spaces where it can; keeps the text's own lines. */
export function wrap(text: string, width: number): string[] {
  return printable(text.replaceAll('\r\n', '\n'))
    .split('\n')
    .flatMap((line) => wrapLine(line.replaceAll('\t', '  '), width));
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let rest = line;
  while (widthOf(rest) > width) {
    const fitting = beginning(rest, width);
    const space = rest[fitting.length] === ' ' ? fitting.length : fitting.lastIndexOf(' ');
    lines.push(space > 0 ? rest.slice(0, space) : fitting);
    rest = rest.slice(space > 0 ? space + 1 : fitting.length);
  }
  return [...lines, rest];
}

/** Rows of cells as aligned columns, two spaces apart. Numbers are right-aligned where `rightAligned` says so. */
export function table(rows: string[][], rightAligned: readonly number[] = []): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
    });
  }
  const line = (row: string[]): string =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return rightAligned.includes(column)
          ? `${' '.repeat(width - widthOf(cell))}${cell}`
          : padEnd(cell, width);
      })
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvFormatNames } from '../../../src-main/contract/exports.ts';
import {
  byteOrderMark,
  csvFormats,
  csvHeader,
  csvRow,
  guardText,
  parseCsv,
  unguardText,
  type CsvCell,
} from '../../../src-main/domain/csv.ts';

const { excel, plain } = csvFormats;
const regional = csvFormats['excel-regional'];

/** Texts made of what makes trouble: triggers, quotes, separators, line ends, apostrophes, and anything else. */
const troublesome = fc.array(
  fc.constantFrom(..."=+-@\t\r\n\0＝＋－＠'\"',; abc1.é😀\u00a0\ufeff"),
  { maxLength: 12 },
);
const text = fc.oneof(
  troublesome.map((characters) => characters.join('')),
  fc.string({ unit: 'grapheme' }),
);
// CSV has no minus zero.
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const cell: fc.Arbitrary<CsvCell> = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 5 });

describe('what is written reads back', () => {
  for (const name of csvFormatNames) {
    for (const guard of [true, false]) {
      it(`as it was, type by type (${name}, guard ${guard ? 'on' : 'off'})`, () => {
        const format = { ...csvFormats[name], guard };
        fc.assert(
          fc.property(table, (rows) => {
            const file = rows.map((row) => csvRow(row, format)).join('');
            expect(parseCsv(file, format)).toEqual(rows);
          }),
          { seed: 1, numRuns: 1000 },
        );
      });
    }
  }

  it('also from a file whose lines end in LF, or that another program wrote without quotes', () => {
    expect(parseCsv('a,b\n1,-2.5\n,x', plain)).toEqual([
      ['a', 'b'],
      [1, -2.5],
      [null, 'x'],
    ]);
    expect(parseCsv('1,', plain)).toEqual([[1, null]]);
  });

  it('or is refused where a quoted text has no end', () => {
    expect(() => parseCsv('"a,b\r\n', plain)).toThrow('not a whole CSV file');
    expect(() => parseCsv('"a"b\r\n', plain)).toThrow('not a whole CSV file');
  });
});

/** OWASP's and the ASVS's list, with the full-width forms that Excel takes too. */
const triggers = [...'=+-@\t\r\n\0＝＋－＠'];
const beginsWithTrigger = (value: string) =>
  triggers.some((trigger) => value.startsWith(trigger) || value.trimStart().startsWith(trigger));

describe('the guard', () => {
  it('leaves no text that begins with a trigger, and changes nothing but an apostrophe', () => {
    fc.assert(
      fc.property(text, (value) => {
        const guarded = guardText(value);
        expect(beginsWithTrigger(guarded)).toBe(false);
        expect([value, `'${value}`]).toContain(guarded);
        expect(unguardText(guarded)).toBe(value);
      }),
      { seed: 1, numRuns: 5000 },
    );
  });

  it.each([
    ['=1+2\nfoo', `'=1+2\nfoo`],
    ['＝1+2', `'＝1+2`],
    ['\n=1', `'\n=1`],
    ['- a bullet', `'- a bullet`],
    ['  @SUM(1)', `'  @SUM(1)`],
    ['\0=1', `'\0=1`],
    [`'=1`, `''=1`],
    [`'tis`, `'tis`],
    ['a = 1', 'a = 1'],
    ['', ''],
  ])('writes %j as %j', (value, guarded) => {
    expect(guardText(value)).toBe(guarded);
  });

  it('never touches a number', () => {
    fc.assert(
      fc.property(number, (value) => {
        expect(csvRow([value], excel)).toBe(`${value}\r\n`);
      }),
      { seed: 1 },
    );
    expect(csvRow([-1.25], regional)).toBe('-1,25\r\n');
  });
});

describe('a record', () => {
  it('ends in CRLF, quotes every text and keeps line feeds inside', () => {
    expect(csvRow(['a "b"', 'line\nline', -1.25, true, null, ''], plain)).toBe(
      '"a ""b""","line\nline",-1.25,true,,""\r\n',
    );
  });

  it('leaves out a number that is not one', () => {
    expect(csvRow([NaN, Infinity, 1], plain)).toBe(',,1\r\n');
  });

  it('follows a header, with a byte order mark for Excel only', () => {
    expect(csvHeader(['a', 'b'], excel)).toBe(`${byteOrderMark}a,b\r\n`);
    expect(csvHeader(['a', 'b'], plain)).toBe('a,b\r\n');
    expect(parseCsv(csvHeader(['a', 'b'], excel), excel)).toEqual([['a', 'b']]);
  });
});

import { describe, expect, it } from 'vitest';
import { readMemory } from '../../../src-main/terminal/arguments.ts';
import * as format from '../../../src-main/terminal/format.ts';
import { beginning, padEnd, widthOf } from '../../../src-main/terminal/text-width.ts';

describe('the width of a text on a terminal', () => {
  it.each([
    ['plain', 5],
    ['café', 4],
    ['cafe\u0301', 4],
    ['你好', 4],
    ['한국어', 6],
    ['😀', 2],
    ['👩‍💻', 2],
    ['\u200bx', 1],
    ['a–b…', 4],
    ['\uFFFD', 1],
  ])('of %j is %i', (text, width) => expect(widthOf(text)).toBe(width));

  it('pads to the same place whatever the script', () => {
    for (const text of ['rain', '雨', '👩‍💻', 'cafe\u0301']) {
      expect(widthOf(padEnd(text, 10))).toBe(10);
    }
  });

  it('never cuts a letter or an emoji apart', () => {
    expect(beginning('👩‍💻👩‍💻', 3)).toBe('👩‍💻');
    expect(beginning('你好', 3)).toBe('你');
    expect(beginning('😀', 1)).toBe('😀');
  });
});

describe('a number of bytes', () => {
  it.each([
    [1234, '1.2 kB', '1.3 kB'],
    [24_010_000, '24.0 MB', '24.1 MB'],
    [24_000_000, '24.0 MB', '24.0 MB'],
    [1_234_000_000, '1.23 GB', '1.24 GB'],
  ])('%i is %s, and %s as a budget, which may be typed back', (bytes, rounded, budget) => {
    expect(format.megabytes(bytes)).toBe(rounded);
    expect(format.budget(bytes)).toBe(budget);
    expect(readMemory(budget)).toBeGreaterThanOrEqual(bytes);
  });
});

describe('a text in a column', () => {
  it('is broken at spaces, and where there is none at the width', () => {
    expect(format.wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(format.wrap('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
    expect(format.wrap('你好你好', 4)).toEqual(['你好', '你好']);
    expect(format.wrap('', 4)).toEqual(['']);
  });

  it('keeps its own lines, also those of Windows', () => {
    expect(format.wrap('a\r\nb\n\nc', 9)).toEqual(['a', 'b', '', 'c']);
  });

  it('on one line is cut with an ellipsis', () => {
    expect(format.oneLine('one\n two', 20)).toBe('one two');
    expect(format.oneLine('one two three', 8)).toBe('one two…');
    expect(widthOf(format.oneLine('你好你好你好', 8))).toBeLessThanOrEqual(8);
  });

  it('never steers the terminal', () => {
    expect(format.printable('\u001b[31mred\u0007 \u202eturned')).toBe(
      '\uFFFD[31mred\uFFFD \uFFFDturned',
    );
  });
});

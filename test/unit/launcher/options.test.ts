import { describe, expect, it } from 'vitest';
import { readOptions } from '../../../src-main/launcher/options.ts';

const usual = { command: 'serve', port: null, open: null, help: false };

describe('the words of npm start and npm run serve', () => {
  it.each([
    [[], usual],
    [['serve'], usual],
    [['start'], { ...usual, command: 'start' }],
    [['serve', '--port', '5001'], { ...usual, port: 5001 }],
    [['--port=1', '--open'], { ...usual, port: 1, open: true }],
    [['start', '--no-open'], { ...usual, command: 'start', open: false }],
    [['--port', '0'], { ...usual, port: 0 }],
    [['serve', '-h'], { ...usual, help: true }],
  ])('%j', (words, options) => {
    expect(readOptions(words)).toEqual(options);
  });

  it.each([
    ['--port', '-1'],
    ['--port', '65536'],
    ['--port', 'x'],
    ['--port', '80.5'],
    ['--port'],
    ['--host', '0.0.0.0'],
    ['serve', 'serve'],
    ['--no-port'],
    ['else'],
  ])('are refused: %s %s', (...words) => {
    expect(() => readOptions(words)).toThrow(expect.objectContaining({ code: 'usage' }) as Error);
  });
});

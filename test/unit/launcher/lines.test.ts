import { describe, expect, it } from 'vitest';
import { WinnowError } from '../../../src-main/contract/errors.ts';
import { createLines, faultText } from '../../../src-main/launcher/lines.ts';

function terminal(isTTY: boolean) {
  const written: string[] = [];
  return { lines: createLines({ isTTY, write: (text) => written.push(text) }), written };
}

describe('lines on a terminal', () => {
  it('replace the progress beneath them', () => {
    const { lines, written } = terminal(true);
    lines.progress('1 MB');
    lines.progress('2 MB');
    lines.say('done');
    lines.say('next');
    expect(written).toEqual(['\r\u001b[K1 MB', '\r\u001b[K2 MB', '\r\u001b[Kdone\n', 'next\n']);
  });

  it('are all that a file gets', () => {
    const { lines, written } = terminal(false);
    lines.progress('1 MB');
    lines.say('done');
    expect(written).toEqual(['done\n']);
  });
});

describe('a fault', () => {
  it('of the closed list is a sentence and a way out', () => {
    expect(faultText(new WinnowError('usage', 'Sentence.', 'Way out.'))).toBe(
      'Sentence.\nWay out.',
    );
  });

  it('of ours shows where it happened', () => {
    expect(faultText(new TypeError('x'))).toMatch(/^Winnow could not start: TypeError: x\n +at /);
    expect(faultText('text')).toBe('Winnow could not start: text');
  });
});

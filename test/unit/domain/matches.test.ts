import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markDifferences, markMatches, type TextPart } from '../../../src-main/domain/matches.ts';

/** `[…]` matches, `{…}` differences, `<…>` the same start. */
const shown = (parts: TextPart[]) =>
  parts
    .map(({ text, kind }) => {
      const brackets = { plain: '', match: '[]', difference: '{}', 'same-start': '<>' }[kind];
      return `${brackets.charAt(0)}${text}${brackets.charAt(1)}`;
    })
    .join('');

describe('marking what matches', () => {
  it('marks three common words or more, with what stands between them', () => {
    const { left, right, sharedWords } = markMatches(
      'Rain falls, because warm air rises and cools.',
      'It cools. That is: because warm -- air rises; and so on.',
    );
    expect(shown(left)).toBe('Rain falls, [because warm air rises and] cools.');
    expect(shown(right)).toBe('It cools. That is: [because warm -- air rises; and] so on.');
    expect(sharedWords).toBe(5);
  });

  it('takes upper and lower case for the same', () => {
    expect(shown(markMatches('Of the Sky above.', 'of the sky').left)).toBe('[Of the Sky] above.');
  });

  it('keeps two runs side by side apart', () => {
    const { left } = markMatches('a b c d e f', 'd e f then a b c');
    expect(shown(left)).toBe('[a b c] [d e f]');
  });

  it('knows the words of languages without spaces', () => {
    const { sharedWords } = markMatches('今天天气很好，我们去公园。', '今天天气很好，他在家。');
    expect(sharedWords).toBeGreaterThanOrEqual(3);
  });

  it('marks nothing where nothing is shared', () => {
    expect(markMatches('yes', 'no')).toEqual({
      left: [{ text: 'yes', kind: 'plain' }],
      right: [{ text: 'no', kind: 'plain' }],
      sharedWords: 0,
    });
    expect(markMatches('', '').left).toEqual([]);
  });
});

describe('marking what differs', () => {
  it('shades what both begin with once, and marks the words of one that the other has not', () => {
    const { left, right, sharedWords } = markDifferences(
      'The sky is blue because light scatters. That is all.',
      'The sky is blue since light is scattered. That is all.',
    );
    expect(shown(left)).toBe('<The sky is blue> {because light scatters}. That is all.');
    expect(shown(right)).toBe('<The sky is blue> {since light is scattered}. That is all.');
    expect(sharedWords).toBe(4);
  });

  it('counts every sign and capital', () => {
    expect(shown(markDifferences('Yes, do it.', 'Yes, do it!').right)).toBe('<Yes, do it>{!}');
    expect(shown(markDifferences('yes or no', 'Yes or no').left)).toBe('{yes} or no');
  });

  it('takes one or two common words in the middle for chance', () => {
    expect(shown(markDifferences('a one of two', 'a three of four').left)).toBe('<a> {one of two}');
  });

  it('marks an answer that goes on where the other was stopped', () => {
    const { left, right } = markDifferences('The sky is', 'The sky is blue.');
    expect(shown(left)).toBe('<The sky is>');
    expect(shown(right)).toBe('<The sky is> {blue.}');
  });

  it('does not count a start twice as an end', () => {
    expect(shown(markDifferences('a b a b', 'a b').left)).toBe('<a b> {a b}');
  });
});

describe('parts', () => {
  it('are together the text, whatever it is', () => {
    const joined = (parts: TextPart[]) => parts.map(({ text }) => text).join('');
    assert(
      property(string({ unit: 'binary' }), string({ unit: 'binary' }), (left, right) => {
        for (const mark of [markMatches, markDifferences]) {
          const pair = mark(`${left} same words here ${right}`, `${right} same words here`);
          expect(joined(pair.left)).toBe(`${left} same words here ${right}`);
          expect(joined(pair.right)).toBe(`${right} same words here`);
        }
      }),
      { numRuns: 40 },
    );
  });
});

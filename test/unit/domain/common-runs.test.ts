import { assert, constantFrom, array, boolean, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonRuns, sameStart, type CommonRun } from '../../../src-main/domain/common-runs.ts';

const words = (text: string) => text.split(' ').filter((word) => word !== '');
const runsOf = (left: string, right: string, inOrder = false, shortest = 3) => {
  const leftWords = words(left);
  return commonRuns(leftWords, words(right), { shortest, inOrder }).map((run) =>
    leftWords.slice(run.left, run.left + run.length).join(' '),
  );
};

describe('runs of words that two texts share', () => {
  it('are found wherever they stand, the longest whole, in the order of the left text', () => {
    expect(runsOf('a b c x d e f g', 'd e f g y a b c')).toEqual(['a b c', 'd e f g']);
    expect(runsOf('one two three four', 'zero one two three four five')).toEqual([
      'one two three four',
    ]);
  });

  it('have the fewest words that were asked for', () => {
    expect(runsOf('a b x c d', 'a b y c d')).toEqual([]);
    expect(runsOf('a b x c d', 'a b y c d', false, 2)).toEqual(['a b', 'c d']);
    expect(runsOf('', 'a b c')).toEqual([]);
  });

  it('share no word: what is left of a run beside a longer one is a run only if it is long enough', () => {
    expect(runsOf('a b c d e f g', 'x a b c d e y e f g')).toEqual(['a b c d e']);
    expect(runsOf('a b c d e f g h', 'x a b c d e y e f g h')).toEqual(['a b c d e', 'f g h']);
  });

  it('follow each other in both texts where order matters', () => {
    expect(runsOf('a b c x d e f g', 'd e f g y a b c', true)).toEqual(['d e f g']);
    expect(runsOf('a b c x d e f', 'a b c y d e f', true)).toEqual(['a b c', 'd e f']);
  });

  it('of equal ones, the run that moved least is taken', () => {
    const left = words('a b c x a b c');
    const right = words('y y y y a b c');
    expect(commonRuns(left, right, { shortest: 3, inOrder: false })).toEqual([
      { left: 4, right: 4, length: 3 },
    ]);
  });

  it('hold for any texts', () => {
    const text = array(constantFrom('a', 'b', 'c'), { maxLength: 60 });
    assert(
      property(text, text, boolean(), (left, right, inOrder) => {
        const runs = commonRuns(left, right, { shortest: 3, inOrder });
        for (const run of runs) {
          expect(run.length).toBeGreaterThanOrEqual(3);
          expect(left.slice(run.left, run.left + run.length)).toEqual(
            right.slice(run.right, run.right + run.length),
          );
        }
        expect(overlaps(runs, 'left')).toBe(false);
        expect(overlaps(runs, 'right')).toBe(false);
        const rights = runs.map((run) => run.right);
        if (inOrder) expect(rights).toEqual([...rights].sort((a, b) => a - b));
        expect(longestCommon(left, right)).toBe(Math.max(0, ...runs.map(({ length }) => length)));
      }),
    );
  });

  it('take no time that a person notices, even in a text of one word said two thousand times', () => {
    const left = Array.from({ length: 2000 }, () => 'the');
    const right = Array.from({ length: 1990 }, (_, place) => (place % 500 === 499 ? 'end' : 'the'));
    const steps = countedWords(left);
    const runs = commonRuns(steps.words, right, { shortest: 3, inOrder: false });
    expect(runs.reduce((sum, { length }) => sum + length, 0)).toBe(1987);
    expect(steps.read()).toBeLessThan(10 * left.length * right.length);
  });
});

describe('what two texts begin with', () => {
  it.each([
    ['a b c', 'a b d', 2],
    ['a b', 'a b c', 2],
    ['x', 'y', 0],
    ['', '', 0],
  ])('"%s" and "%s": %i words', (left, right, count) => {
    expect(sameStart(words(left), words(right))).toBe(count);
  });
});

function overlaps(runs: CommonRun[], side: 'left' | 'right'): boolean {
  const sorted = [...runs].sort((a, b) => a[side] - b[side]);
  return sorted.some((run, place) => {
    const next = sorted[place + 1];
    return next !== undefined && next[side] < run[side] + run.length;
  });
}

/** The length of the longest common run by the plainest means; 0 where it is shorter than three. */
function longestCommon(left: string[], right: string[]): number {
  let longest = 0;
  for (let i = 0; i < left.length; i += 1) {
    for (let j = 0; j < right.length; j += 1) {
      let length = 0;
      while (i + length < left.length && left[i + length] === right[j + length]) length += 1;
      longest = Math.max(longest, length);
    }
  }
  return longest >= 3 ? longest : 0;
}

/** Counts how often words are read: work, told without a clock. */
function countedWords(words: string[]): { words: string[]; read: () => number } {
  let reads = 0;
  const counting = new Proxy(words, {
    get(target, key, receiver) {
      reads += 1;
      return Reflect.get(target, key, receiver) as unknown;
    },
  });
  return { words: counting, read: () => reads };
}

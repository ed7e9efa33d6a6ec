import { describe, expect, it } from 'vitest';
import {
  candidateRows,
  filterChips,
  filterRows,
  firstWords,
  nextSorting,
  noFilter,
  sortKeys,
  sortRows,
  type CandidateRow,
  type RowFilter,
} from '../../../../../src-renderer/features/result/candidate-table.ts';
import { smallLaneView } from '../../../../helpers/small-lanes.ts';

const lanes = [
  smallLaneView({
    strategy: 'speculative-rejection',
    notStarted: 1,
    candidates: [
      { text: 'Blue light scatters more.', reward: 1 },
      { text: 'The', reward: -1, stopped: true },
      { text: 'Air', reward: -2, stopped: true },
    ],
  }),
  smallLaneView({
    strategy: 'best-of-n',
    candidates: [
      { text: 'Blue light scatters more.', reward: 1, judgeReward: 2 },
      { text: 'The sea.', reward: 3, judgeReward: 1 },
      { text: 'Air is blue.', reward: 0 },
      { text: 'No idea', reward: null },
    ],
  }),
];
const rows = candidateRows(lanes);
const keys = (list: readonly CandidateRow[]) => list.map(({ key }) => key);
const only = (change: Partial<RowFilter>) => keys(filterRows(rows, { ...noFilter, ...change }));

describe('the rows of the table', () => {
  it('hold the second opinion, mark its favourite and can be sorted by it', () => {
    const judged = candidateRows([
      smallLaneView({
        strategy: 'best-of-n',
        candidates: [
          { text: 'One', reward: 1, judgeReward: -4 },
          { text: 'Two', reward: 2, judgeReward: -1 },
          { text: 'Three', reward: 3 },
        ],
      }),
    ]);
    expect(judged.map(({ opinion, isFavourite }) => [opinion, isFavourite])).toEqual([
      [-4, false],
      [-1, true],
      [null, false],
    ]);
    const sorting = nextSorting({ key: 'score', descending: true }, 'opinion');
    expect(sortRows(judged, sorting).map(({ index }) => index)).toEqual([1, 0, 2]);
  });

  it('are all answers of all lanes, Best-of-N first', () => {
    expect(keys(rows)).toEqual([
      ...[0, 1, 2, 3].map((index) => `best-of-n/${index}`),
      ...[0, 1, 2, 3].map((index) => `speculative-rejection/${index}`),
    ]);
    expect(rows[1]).toMatchObject({
      state: 'chosen',
      score: 3,
      words: 2,
      place: { rank: 1, of: 3 },
    });
    expect(rows[7]).toMatchObject({ state: 'not-started', score: null, words: 0, place: null });
  });

  it('say what an answer that was stopped early scored where it was finished, and whether that is a loss', () => {
    expect(rows[5]).toMatchObject({ score: -1, finishedScore: 3, regretted: true });
    expect(rows[6]).toMatchObject({ score: -2, finishedScore: 0, regretted: false });
    expect(rows[4]).toMatchObject({ finishedScore: null, regretted: false });
  });
});

describe('sorting', () => {
  it('puts beginnings after whole answers and what is not known last, upwards and downwards', () => {
    const better = rows.map((row) => (row.state === 'rejected' ? { ...row, score: 10 } : row));
    const scores = (descending: boolean) =>
      sortRows(better, { key: 'score', descending }).map(({ score }) => score);
    expect(scores(true)).toEqual([3, 1, 1, 0, 10, 10, null, null]);
    expect(scores(false)).toEqual([0, 1, 1, 3, 10, 10, null, null]);
  });

  it.each(sortKeys)('by %s keeps all rows and turns around', (key) => {
    const up = sortRows(rows, { key, descending: false });
    const down = sortRows(rows, { key, descending: true });
    expect(new Set(keys(up))).toEqual(new Set(keys(rows)));
    expect(new Set(keys(down))).toEqual(new Set(keys(rows)));
    expect(keys(up)).not.toEqual(keys(down));
  });

  it('begins at the top for scores and lengths, and turns with a second click', () => {
    const byAnswer = { key: 'answer', descending: false } as const;
    expect(nextSorting(byAnswer, 'score')).toEqual({ key: 'score', descending: true });
    expect(nextSorting(byAnswer, 'rank')).toEqual({ key: 'rank', descending: false });
    expect(nextSorting(byAnswer, 'answer')).toEqual({ key: 'answer', descending: true });
  });
});

describe('filtering', () => {
  it('by strategy, state, text and score, all at once', () => {
    expect(only({})).toEqual(keys(rows));
    expect(only({ strategy: 'speculative-rejection', state: 'rejected' })).toEqual([
      'speculative-rejection/1',
      'speculative-rejection/2',
    ]);
    expect(only({ text: ' BLUE ' })).toEqual([
      'best-of-n/0',
      'best-of-n/2',
      'speculative-rejection/0',
    ]);
    expect(only({ lowest: 0, highest: 1, strategy: 'best-of-n' })).toEqual([
      'best-of-n/0',
      'best-of-n/2',
    ]);
  });

  it('leaves out what has no score only when it is filtered by score', () => {
    expect(only({ lowest: -100 })).not.toContain('best-of-n/3');
    expect(only({ text: 'idea' })).toEqual(['best-of-n/3']);
  });

  it('has a chip for each filter that is on, which takes it off', () => {
    const filter: RowFilter = {
      strategy: 'best-of-n',
      state: 'rejected',
      text: 'sky',
      lowest: -1.5,
      highest: null,
    };
    const chips = filterChips(filter);
    expect(chips.map(({ label }) => label)).toEqual([
      'Best-of-N',
      'Stopped early',
      '“sky”',
      'Score from −1.50',
    ]);
    expect(chips[3]?.without).toEqual({ ...filter, lowest: null });
    expect(filterChips({ ...noFilter, lowest: 0, highest: 1 })[0]?.label).toBe(
      'Score 0.00 to 1.00',
    );
    expect(filterChips({ ...noFilter, highest: 1 })[0]?.label).toBe('Score up to 1.00');
    expect(filterChips(noFilter)).toEqual([]);
  });
});

describe('the first words', () => {
  it('stand on one line and are not endless', () => {
    expect(firstWords('\n# Why\n\n- because')).toBe('# Why - because');
    expect(firstWords('word '.repeat(1000)).length).toBeLessThan(170);
    expect(firstWords('word '.repeat(1000))).toMatch(/word…$/);
  });
});

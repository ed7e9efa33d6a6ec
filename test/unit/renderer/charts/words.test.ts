import { describe, expect, it } from 'vitest';
import { csvFormats, parseCsv } from '../../../../src-main/domain/csv.ts';
import {
  aliveSentence,
  latencySentence,
  lengthSentence,
  memorySentence,
  rewardSentence,
} from '../../../../src-renderer/charts/sentences.ts';
import {
  aliveTable,
  cellText,
  csvOf,
  latencyTable,
  memoryTable,
  rewardTable,
  rowsToRead,
  type ChartTable,
} from '../../../../src-renderer/charts/tables.ts';
import { bothLanes, waitingLane } from './views.ts';

const asRead = ({ columns, rows }: ChartTable) =>
  rows.map(({ cells }) =>
    columns.map((column, place) => cellText(cells[place] ?? null, column)).join(' | '),
  );

describe('what is said of a chart', () => {
  it('tells the scores of both lanes', async () => {
    expect(rewardSentence(await bothLanes())).toBe(
      'Best-of-N wrote 4 answers; finished ones score −2.00 to 3.00, the best is answer #3. ' +
        'Speculative Rejection wrote 4 answers; stopped 2 of them early in 1 decision; finished ones score 1.00 to 3.00, the best is answer #3.',
    );
  });

  it('tells answers, memory, lengths and times', async () => {
    const lanes = await bothLanes();
    expect(aliveSentence(lanes)).toBe(
      'Best-of-N wrote at most 2 answers at once. Speculative Rejection wrote at most 4 answers at once; decisions left 2 after 20 tokens.',
    );
    expect(memorySentence(lanes, 80)).toBe(
      'The budget is 0.1 kB. Best-of-N held at most 0.1 kB. Speculative Rejection held at most 0.1 kB.',
    );
    expect(lengthSentence(lanes)).toContain('Best-of-N wrote answers of up to 40 tokens.');
    expect(latencySentence(lanes)).toContain(
      'Best-of-N took 2.0 s: reading the prompt 0.0 s, writing 2.0 s, scoring 0.0 s, waiting 0.0 s.',
    );
  });

  it('says so while nothing has begun', async () => {
    expect(rewardSentence([await waitingLane()])).toBe('Nothing has been written yet.');
  });

  it('tells a lane that is under way in the present', async () => {
    const [lane] = await bothLanes();
    if (lane === undefined) throw new Error('two lanes');
    const summary = { ...lane.summary, chosen: null, live: [2, 3], position: 8 };
    const underWay = [{ ...lane, summary }];
    expect(rewardSentence(underWay)).toContain('the best so far is answer #3');
    expect(aliveSentence(underWay)).toContain('at once, 2 now');
    expect(lengthSentence(underWay)).toContain('now they have 8');
  });
});

describe('a chart as a table', () => {
  it('lists finished answers first, the best before the others, and says what could not be scored', async () => {
    const lanes = await bothLanes();
    const rows = asRead(rewardTable(lanes));
    expect(rows.slice(0, 6)).toEqual([
      'Best-of-N | #3 | finished | 3.00 | yes | 40 | 2.0 s | 160',
      'Speculative Rejection | #3 | finished | 3.00 | yes | 40 | 1.0 s | 120',
      'Best-of-N | #1 | finished | 1.00 | yes | 40 | 1.0 s | 80',
      'Speculative Rejection | #1 | finished | 1.00 | yes | 40 | 1.0 s | 120',
      'Best-of-N | #2 | finished | −2.00 | yes | 40 | 2.0 s | 160',
      'Best-of-N | #0 | finished | – | no | 40 | 1.0 s | 80',
    ]);
    expect(rows[6]).toContain('unfinished');
    expect(rows.at(-1)).toContain('looked at afterwards');
    expect(rewardTable(lanes).rows[0]?.answer).toEqual({ strategy: 'best-of-n', index: 3 });
  });

  it('has a row for every change of a line, lane by lane', async () => {
    const lanes = await bothLanes();
    expect(asRead(aliveTable(lanes)).slice(-3)).toEqual([
      'Speculative Rejection | 0.0 s | 0 | 4',
      'Speculative Rejection | 0.5 s | 80 | 2',
      'Speculative Rejection | 1.0 s | 120 | 0',
    ]);
    expect(memoryTable(lanes).rows).toHaveLength(
      lanes.reduce((sum, { series }) => sum + series.memory.length, 0),
    );
  });

  it('shows no more rows than can be read, from the top or from everywhere', async () => {
    const scores = rewardTable(await bothLanes());
    expect(rowsToRead(scores, 3)).toEqual(scores.rows.slice(0, 3));
    const memory = memoryTable(await bothLanes());
    const few = rowsToRead(memory, 5);
    expect(few).toHaveLength(5);
    expect([few.at(0), few.at(-1)]).toEqual([memory.rows.at(0), memory.rows.at(-1)]);
    expect(rowsToRead(memory, 1000)).toBe(memory.rows);
  });
});

describe('a chart as CSV', () => {
  it('reads back with every row, candidates by their index, and exact numbers', async () => {
    const table = rewardTable(await bothLanes());
    const [header, ...rows] = parseCsv(csvOf(table, csvFormats.excel), csvFormats.excel);
    expect(header).toEqual(table.columns.map(({ name }) => name));
    expect(rows).toEqual(table.rows.map(({ cells }) => cells));
    expect(rows[0]).toEqual(['Best-of-N', 3, 'finished', 3, true, 40, 2000, 160]);
  });

  it('has the unit of each measure in its name', async () => {
    const csv = csvOf(latencyTable(await bothLanes()), csvFormats.plain);
    expect(csv.split('\r\n')[0]).toBe(
      'strategy,time_prompt_ms,time_write_ms,time_score_ms,time_wait_ms,time_total_ms',
    );
    expect(csv.split('\r\n')[1]).toBe('"Best-of-N",0,2000,0,0,2000');
  });
});

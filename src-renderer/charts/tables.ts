/** What each chart shows as a table: to read in place of the picture, and to save as CSV. */
import type { StrategyName } from '../../src-main/contract/events.ts';
import type { LaneTimes } from '../../src-main/contract/run.ts';
import { csvHeader, csvRow, type CsvCell, type CsvFormat } from '../../src-main/domain/csv.ts';
import type { RewardPoint } from '../../src-main/domain/lane-series.ts';
import type { LaneView } from '../../src-main/domain/lane-view.ts';
import { isScored, rankByReward } from '../../src-main/domain/ranking.ts';
import { strategyLabels } from '../../src-main/domain/strategies/index.ts';
import { bytes, count, reward, seconds } from '../lib/format.ts';

interface Column {
  /** In the CSV: snake_case, with the unit. */
  name: string;
  /** In the table. */
  label: string;
  /** How a cell that is known reads. */
  show?: (cell: number) => string;
}

export interface TableRow {
  cells: CsvCell[];
  /** Where the row is about one answer. */
  answer?: { strategy: StrategyName; index: number };
}

export interface ChartTable {
  caption: string;
  columns: Column[];
  rows: TableRow[];
  /** Which rows are read where there are too many: the first ones, or ones from everywhere. */
  shorten: 'first' | 'evenly';
}

const strategyColumn: Column = { name: 'strategy', label: 'Strategy' };
const timeColumn: Column = { name: 'time_ms', label: 'Time', show: seconds };
const tokensColumn: Column = { name: 'tokens_written', label: 'Tokens written', show: count };

const kinds: Record<RewardPoint['kind'], string> = {
  final: 'finished',
  partial: 'unfinished',
  observed: 'unfinished, looked at afterwards',
};
const kindOrder: RewardPoint['kind'][] = ['final', 'partial', 'observed'];

/** Finished answers first, the best before the others; those that could not be scored last of their kind. */
export function rewardTable(lanes: readonly LaneView[]): ChartTable {
  const points = lanes.flatMap(({ strategy, series }) =>
    series.rewards.map((point) => ({ strategy, point })),
  );
  points.sort(
    (a, b) =>
      kindOrder.indexOf(a.point.kind) - kindOrder.indexOf(b.point.kind) ||
      worth(b.point) - worth(a.point) ||
      a.point.index - b.point.index,
  );
  return {
    caption: 'The score of every answer',
    shorten: 'first',
    columns: [
      strategyColumn,
      { name: 'candidate_index', label: 'Answer', show: (index) => `#${index}` },
      { name: 'kind', label: 'Text' },
      { name: 'reward', label: 'Score', show: reward },
      { name: 'scored', label: 'Could be scored' },
      { name: 'position_tokens', label: 'Length in tokens', show: count },
      timeColumn,
      tokensColumn,
    ],
    rows: points.map(({ strategy, point }) => ({
      answer: { strategy, index: point.index },
      cells: [
        strategyLabels[strategy],
        point.index,
        kinds[point.kind],
        isScored(point.reward) ? point.reward : null,
        isScored(point.reward),
        point.position,
        Math.round(point.at),
        Math.round(point.tokens),
      ],
    })),
  };
}

const worth = ({ reward: value }: RewardPoint) => (isScored(value) ? value : -Number.MAX_VALUE);

/** The answers that both models scored, the best by the one that decides first. */
export function opinionTable(lanes: readonly LaneView[]): ChartTable {
  return {
    caption: 'Both scores of every finished answer',
    shorten: 'first',
    columns: [
      strategyColumn,
      { name: 'candidate_index', label: 'Answer', show: (index) => `#${index}` },
      { name: 'reward', label: 'Score', show: reward },
      { name: 'judge_reward', label: 'Second opinion', show: reward },
    ],
    rows: lanes.flatMap(({ strategy, summary }) =>
      rankByReward(summary.candidates)
        .filter(({ judgeReward }) => judgeReward !== null)
        .map(({ index, reward: decided, judgeReward }) => ({
          answer: { strategy, index },
          cells: [strategyLabels[strategy], index, decided, judgeReward],
        })),
    ),
  };
}

export function aliveTable(lanes: readonly LaneView[]): ChartTable {
  return lineTable(
    'How many answers are being written',
    { name: 'answers', label: 'Answers', show: count },
    lanes,
    ({ series }) => series.alive.map((point) => ({ ...point, value: point.count })),
  );
}

export function memoryTable(lanes: readonly LaneView[]): ChartTable {
  return lineTable(
    'The memory that the answers take',
    { name: 'cache_bytes', label: 'Memory', show: bytes },
    lanes,
    ({ series }) => series.memory.map((point) => ({ ...point, value: Math.round(point.bytes) })),
  );
}

export function lengthTable(lanes: readonly LaneView[]): ChartTable {
  return lineTable(
    'How long the answers that are being written are',
    { name: 'position_tokens', label: 'Length in tokens', show: count },
    lanes,
    ({ series }) => series.length.map((point) => ({ ...point, value: point.position })),
  );
}

function lineTable(
  caption: string,
  column: Column,
  lanes: readonly LaneView[],
  points: (lane: LaneView) => { at: number; tokens: number; value: number }[],
): ChartTable {
  return {
    caption,
    shorten: 'evenly',
    columns: [strategyColumn, timeColumn, tokensColumn, column],
    rows: lanes.flatMap((lane) =>
      points(lane).map(({ at, tokens, value }) => ({
        cells: [strategyLabels[lane.strategy], Math.round(at), Math.round(tokens), value],
      })),
    ),
  };
}

/** Where a lane's time goes, in the order in which it is drawn, in plain words. */
export const timeParts: { part: keyof LaneTimes; label: string }[] = [
  { part: 'prompt', label: 'Reading the prompt' },
  { part: 'write', label: 'Writing' },
  { part: 'score', label: 'Scoring' },
  { part: 'wait', label: 'Waiting' },
];

export function latencyTable(lanes: readonly LaneView[]): ChartTable {
  return {
    caption: 'Where the time went',
    shorten: 'first',
    columns: [
      strategyColumn,
      ...timeParts.map(({ part, label }) => ({ name: `time_${part}_ms`, label, show: seconds })),
      { name: 'time_total_ms', label: 'In all', show: seconds },
    ],
    rows: lanes.map(({ strategy, summary }) => ({
      cells: [
        strategyLabels[strategy],
        ...timeParts.map(({ part }) => Math.round(summary.timeMs[part])),
        Math.round(summary.wallMs),
      ],
    })),
  };
}

/** The rows that are read in place, of many. */
export function rowsToRead({ rows, shorten }: ChartTable, most: number): TableRow[] {
  if (rows.length <= most) return rows;
  if (shorten === 'first') return rows.slice(0, most);
  const step = (rows.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, place) => rows[Math.round(place * step)]).flatMap(
    (row) => row ?? [],
  );
}

/** A cell as it is read. */
export function cellText(cell: CsvCell, { show }: Column): string {
  if (cell === null) return '–';
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  return typeof cell === 'number' ? (show?.(cell) ?? String(cell)) : cell;
}

export function csvOf({ columns, rows }: ChartTable, format: CsvFormat): string {
  const names = columns.map(({ name }) => name);
  return csvHeader(names, format) + rows.map(({ cells }) => csvRow(cells, format)).join('');
}

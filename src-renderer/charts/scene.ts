/** What a chart shows at one moment, ready for Chart.js: made anew for each update by pure functions of the lanes. */
import type { ChartDataset, ChartOptions, Scale, TooltipItem } from 'chart.js';
import type { StrategyName } from '../../src-main/contract/events.ts';
import { number } from '../lib/format.ts';
import {
  along,
  axisTitles,
  decisionsOf,
  ticksBetween,
  type Axis,
  type ChartPoint,
  type ChartRange,
} from './points.ts';
import type { LaneView } from '../../src-main/domain/lane-view.ts';

/** The colours that a scene needs, as palette.ts reads them. */
export interface Palette {
  surface: string;
  text: string;
  muted: string;
  grid: string;
  strategies: Record<StrategyName, string>;
  fontFamily: string;
}

/** Lines and words over the data, drawn by marks.ts. */
export interface Marks {
  verticals: { x: number; colour: string }[];
  horizontals: { y: number; colour: string; label: string }[];
  crowns: { x: number; y: number; colour: string; label: string }[];
  /** Words to the right of a place. */
  notes: { x: number; y: number; label: string }[];
}

export const noMarks: Marks = { verticals: [], horizontals: [], crowns: [], notes: [] };

export type LineDataset = ChartDataset<'line', ChartPoint[]> & { strategy: StrategyName };

export interface LineScene {
  type: 'line';
  datasets: LineDataset[];
  options: ChartOptions<'line'>;
  marks: Marks;
}

export interface BarScene {
  type: 'bar';
  /** Each in lines. */
  labels: string[][];
  datasets: ChartDataset<'bar', number[]>[];
  options: ChartOptions<'bar'>;
  marks: Marks;
}

export type Scene = LineScene | BarScene;

/** What every chart over the shared axis is made of. */
export interface SharedAxis {
  lanes: readonly LaneView[];
  axis: Axis;
  range: ChartRange;
}

/** A colour that lets others through. */
export const faded = (colour: string, share: number): string =>
  colour.replace(')', ` / ${Math.round(share * 100)}%)`);

export function decisionMarks({ lanes, axis }: SharedAxis, colours: Palette): Marks['verticals'] {
  return decisionsOf(lanes, axis).map(({ strategy, x }) => ({
    x,
    colour: faded(colours.strategies[strategy], 0.75),
  }));
}

interface ValueAxis {
  title: string;
  /** There is nothing between whole numbers. */
  whole?: boolean;
  mostSteps?: number;
  lowest?: number;
  highest?: number;
  fromZero: boolean;
}

/** Options of a chart of lines over the shared axis. */
export function lineOptions(
  { axis, range }: SharedAxis,
  value: ValueAxis,
  colours: Palette,
  tooltip: (item: TooltipItem<'line'>) => string,
): ChartOptions<'line'> {
  return {
    ...commonOptions(colours),
    interaction: { mode: 'nearest', axis: 'xy', intersect: true },
    scales: {
      x: {
        type: 'linear',
        // No fixed ends: with them Chart.js takes the points for sorted, and leaves out most of many lines in one.
        suggestedMin: 0,
        suggestedMax: along(range, axis) || 1,
        ...roundTicks(10),
        ...scaleLooks(axisTitles[axis], colours),
        grid: { display: false },
        ticks: {
          ...tickLooks(colours),
          callback: tickText,
          maxRotation: 0,
          autoSkipPadding: 12,
        },
      },
      y: {
        type: 'linear',
        beginAtZero: value.fromZero,
        ...roundTicks(value.mostSteps ?? 5, value.whole),
        ...(value.lowest === undefined ? {} : { suggestedMin: value.lowest }),
        ...(value.highest === undefined ? {} : { suggestedMax: value.highest }),
        ...scaleLooks(value.title, colours),
        grid: { color: colours.grid, drawTicks: false },
        ticks: {
          ...tickLooks(colours),
          callback: tickText,
        },
      },
    },
    plugins: {
      tooltip: { ...tooltipLooks(colours), callbacks: { title: () => '', label: tooltip } },
    },
  };
}

/** An axis that ends where its data does, with round values on it. */
export const roundTicks = (mostSteps: number, whole = false) => ({
  bounds: 'data' as const,
  afterBuildTicks(scale: Scale) {
    const ticks = ticksBetween(scale.min, scale.max, mostSteps);
    scale.ticks = ticks
      .filter((value) => !whole || Number.isInteger(value))
      .map((value) => ({ value }));
  },
});

/** A tick as it reads, with as many digits as it takes. */
export function tickText(value: number | string): string {
  const tick = Number(value);
  const digits = [0, 1, 2, 3].find((many) => Math.abs(tick - Number(tick.toFixed(many))) < 1e-9);
  return number(tick, digits ?? 3);
}

export function commonOptions({ fontFamily }: Palette) {
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: false,
    parsing: false,
    normalized: true,
    font: { family: fontFamily, size: 12 },
    layout: { padding: { top: 14, right: 10 } },
  } as const;
}

export const tickLooks = ({ muted, fontFamily }: Palette) => ({
  color: muted,
  padding: 6,
  font: { family: fontFamily, size: 11.5 },
});

export const scaleLooks = (text: string, { muted, grid, fontFamily }: Palette) => ({
  border: { color: grid },
  title: { display: true, text, color: muted, font: { family: fontFamily, size: 12 } },
});

export const tooltipLooks = ({ surface, text, grid, fontFamily }: Palette) => ({
  backgroundColor: surface,
  bodyColor: text,
  borderColor: grid,
  borderWidth: 1,
  padding: 10,
  cornerRadius: 6,
  displayColors: false,
  bodyFont: { family: fontFamily, size: 12 },
});

/** "Where did the time go?": one bar per lane, of the parts of its time. */
import type { LaneView } from '../../src-main/domain/lane-view.ts';
import { strategyLabels } from '../../src-main/domain/strategies/index.ts';
import { number, seconds } from '../lib/format.ts';
import type { Fill, LegendEntry } from './legend.ts';
import {
  commonOptions,
  noMarks,
  roundTicks,
  scaleLooks,
  tickLooks,
  tickText,
  tooltipLooks,
  type BarScene,
  type Palette,
} from './scene.ts';
import { timeParts } from './tables.ts';

/** A colour as something to fill a bar with. */
export type Filling = (fill: Fill, colour: string) => string | CanvasPattern;

/** One for each part of the time, in the same order. */
const fills: Fill[] = ['dots', 'full', 'stripes', 'empty'];

/** @param longestMs how far the axis reaches */
export function latencyScene(
  lanes: readonly LaneView[],
  longestMs: number,
  colours: Palette,
  filling: Filling,
): BarScene {
  const laneColours = lanes.map(({ strategy }) => colours.strategies[strategy]);
  return {
    type: 'bar',
    labels: lanes.map(({ strategy }) => strategyLabels[strategy].split(' ')),
    datasets: timeParts.map(({ part, label }, place) => {
      const looks = laneColours.map((colour) => filling(fills[place] ?? 'full', colour));
      return {
        label,
        data: lanes.map(({ summary }) => summary.timeMs[part] / 1000),
        backgroundColor: looks,
        hoverBackgroundColor: looks,
        borderColor: laneColours,
        hoverBorderColor: laneColours,
        borderWidth: 1,
        borderSkipped: false,
        maxBarThickness: 30,
      };
    }),
    options: options(longestMs, colours),
    marks: {
      ...noMarks,
      notes: lanes.map(({ summary }, y) => ({
        x: timeParts.reduce((sum, { part }) => sum + summary.timeMs[part], 0) / 1000,
        y,
        label: seconds(summary.wallMs),
      })),
    },
  };
}

function options(longestMs: number, colours: Palette): BarScene['options'] {
  return {
    ...commonOptions(colours),
    // Bars of numbers, one per lane: there is nothing to save by other data.
    parsing: {},
    indexAxis: 'y',
    layout: { padding: { right: 64 } },
    scales: {
      x: {
        stacked: true,
        suggestedMax: longestMs / 1000,
        ...roundTicks(6),
        ...scaleLooks('Seconds', colours),
        grid: { color: colours.grid, drawTicks: false },
        ticks: { ...tickLooks(colours), callback: tickText },
      },
      y: {
        stacked: true,
        grid: { display: false },
        border: { color: colours.grid },
        ticks: { ...tickLooks(colours), color: colours.text },
      },
    },
    plugins: {
      tooltip: {
        ...tooltipLooks(colours),
        callbacks: {
          title: () => '',
          label: ({ dataset, parsed }) => `${dataset.label ?? ''}: ${number(parsed.x ?? 0, 2)} s`,
        },
      },
    },
  };
}

export const latencyLegend = (): LegendEntry[] =>
  timeParts.map(({ label }, place) => ({
    label,
    mark: { kind: 'fill', fill: fills[place] ?? 'full' },
    strategy: null,
  }));

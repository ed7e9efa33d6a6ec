/** Answers alive, memory and length: one line per lane over the shared axis. */
import type { LaneView } from '../../src-main/domain/lane-view.ts';
import { strategyLabels } from '../../src-main/domain/strategies/index.ts';
import { counted, number } from '../lib/format.ts';
import { bytesPerMegabyte, lineOf, type LineKind } from './lane-lines.ts';
import { decides, decisionEntry, lineLegend, strategyDashes, type LegendEntry } from './legend.ts';
import type { ChartPoint } from './points.ts';
import {
  decisionMarks,
  lineOptions,
  noMarks,
  type LineDataset,
  type LineScene,
  type Palette,
  type SharedAxis,
} from './scene.ts';

const titles: Record<LineKind, string> = {
  alive: 'Answers',
  memory: 'MB',
  length: 'Tokens',
};

const valueTexts: Record<LineKind, (value: number) => string> = {
  alive: (value) => `${counted(value, 'answer')} being written`,
  memory: (value) => `${number(value, 1)} MB`,
  length: (value) => counted(value, 'token'),
};

/** @param budgetBytes drawn as a line in the chart of memory */
export function lineScene(
  kind: LineKind,
  shared: SharedAxis,
  colours: Palette,
  budgetBytes?: number,
): LineScene {
  const budget = budgetBytes === undefined ? undefined : budgetBytes / bytesPerMegabyte;
  return {
    type: 'line',
    datasets: shared.lanes.map((lane): LineDataset => {
      const colour = colours.strategies[lane.strategy];
      return {
        strategy: lane.strategy,
        label: strategyLabels[lane.strategy],
        data: lineOf(kind, lane, shared.axis),
        stepped: kind === 'alive' ? 'before' : false,
        borderColor: colour,
        borderWidth: 2,
        borderDash: strategyDashes[lane.strategy],
        borderJoinStyle: 'round',
        fill: false,
        pointRadius: 0,
        pointHitRadius: 6,
        pointHoverRadius: 4,
        pointHoverBackgroundColor: colour,
        pointHoverBorderColor: colour,
      };
    }),
    options: lineOptions(
      shared,
      {
        title: titles[kind],
        fromZero: true,
        whole: true,
        highest: highestOf(kind, shared, budget),
      },
      colours,
      ({ raw, dataset }) => `${dataset.label ?? ''}: ${valueTexts[kind]((raw as ChartPoint).y)}`,
    ),
    marks: {
      ...noMarks,
      verticals: decisionMarks(shared, colours),
      horizontals:
        budget === undefined
          ? []
          : [{ y: budget, colour: colours.text, label: `budget ${number(budget, 1)} MB` }],
    },
  };
}

function highestOf(kind: LineKind, { range }: SharedAxis, budget = 0): number {
  const highest: Record<LineKind, number> = {
    alive: range.count * 1.08,
    length: range.position * 1.08,
    memory: Math.max(range.bytes / bytesPerMegabyte, budget * 1.08),
  };
  return highest[kind];
}

export function lineChartLegend(lanes: readonly LaneView[]): LegendEntry[] {
  const deciding = lanes.filter(({ strategy }) => decides(strategy));
  return [
    ...lineLegend(lanes.map(({ strategy }) => strategy)),
    ...deciding.map(({ strategy }) => decisionEntry(strategy)),
  ];
}

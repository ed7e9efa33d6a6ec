/** "Do both models like the same answers?": one mark per finished answer, by both rewards. */
import type { LaneView } from '../../src-main/domain/lane-view.ts';
import { isScored } from '../../src-main/domain/ranking.ts';
import { strategyLabels } from '../../src-main/domain/strategies/index.ts';
import { reward } from '../lib/format.ts';
import { pointStyles, strategyShapes, type LegendEntry } from './legend.ts';
import type { ChartPoint } from './points.ts';
import {
  commonOptions,
  noMarks,
  roundTicks,
  scaleLooks,
  tickLooks,
  tickText,
  tooltipLooks,
  type LineDataset,
  type LineScene,
  type Palette,
} from './scene.ts';

type Opinion = ChartPoint & { index: number };

/** The answers of a lane that both models scored, from left to right, as Chart.js expects them. */
function opinionsOf({ summary }: LaneView): Opinion[] {
  return summary.candidates
    .flatMap(({ index, reward: x, judgeReward: y }) =>
      isScored(x) && isScored(y) ? [{ x, y, index }] : [],
    )
    .sort((a, b) => a.x - b.x);
}

export function opinionScene(lanes: readonly LaneView[], colours: Palette): LineScene {
  return {
    type: 'line',
    datasets: lanes.map((lane, place) => dataset(lane, place, colours)),
    options: options(colours),
    marks: {
      ...noMarks,
      crowns: lanes.flatMap((lane) => {
        const chosen = opinionsOf(lane).find(({ index }) => index === lane.summary.chosen?.index);
        const colour = colours.strategies[lane.strategy];
        return chosen === undefined ? [] : [{ x: chosen.x, y: chosen.y, colour, label: 'chosen' }];
      }),
    },
  };
}

/** An answer that both strategies finished is marked twice: the first one is larger and hollow, so that both are seen. */
function dataset(lane: LaneView, place: number, colours: Palette): LineDataset {
  const { strategy } = lane;
  const colour = colours.strategies[strategy];
  const background = place === 0 ? colours.surface : colour;
  const radius = place === 0 ? 6 : 4;
  return {
    strategy,
    label: strategyLabels[strategy],
    data: opinionsOf(lane),
    showLine: false,
    fill: false,
    pointStyle: pointStyles[strategyShapes[strategy]],
    pointRadius: radius,
    pointHoverRadius: radius + 1,
    pointHitRadius: 4,
    pointBorderWidth: 1.5,
    pointBorderColor: colour,
    pointHoverBorderColor: colour,
    pointBackgroundColor: background,
    pointHoverBackgroundColor: background,
    order: onTop(place),
  };
}

/** Chart.js draws the highest order first: later lanes lie on top. */
const onTop = (place: number): number => 10 - place;

function options(colours: Palette): LineScene['options'] {
  const scale = (title: string) => ({
    type: 'linear' as const,
    ...roundTicks(8),
    ...scaleLooks(title, colours),
    grid: { color: colours.grid, drawTicks: false },
    ticks: { ...tickLooks(colours), callback: tickText, maxRotation: 0, autoSkipPadding: 12 },
  });
  return {
    ...commonOptions(colours),
    interaction: { mode: 'nearest', axis: 'xy', intersect: true },
    layout: { padding: { top: 22, right: 16 } },
    scales: { x: scale('Score by the model that decides'), y: scale('Second opinion') },
    plugins: {
      tooltip: {
        ...tooltipLooks(colours),
        callbacks: {
          title: () => '',
          label: ({ dataset: { label = '' }, raw }) => {
            const { x, y, index } = raw as Opinion;
            return `${label}, answer #${index}: ${reward(x)}, second opinion ${reward(y)}`;
          },
        },
      },
    },
  };
}

export const opinionLegend = (lanes: readonly LaneView[]): LegendEntry[] =>
  lanes.map(({ strategy }, place) => ({
    label: strategyLabels[strategy],
    mark: { kind: 'point', shape: strategyShapes[strategy], hollow: place === 0 },
    strategy,
  }));

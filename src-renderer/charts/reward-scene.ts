/** "Which answers look promising?": every reward of every lane over the shared axis. */
import type { StrategyName } from '../../src-main/contract/events.ts';
import type { LaneView } from '../../src-main/domain/lane-view.ts';
import { strategyLabels } from '../../src-main/domain/strategies/index.ts';
import { reward } from '../lib/format.ts';
import { decides, decisionEntry, pointStyles, strategyShapes, type LegendEntry } from './legend.ts';
import type { ChartPoint } from './points.ts';
import { rewardsOf, type LaneRewards } from './reward-points.ts';
import {
  decisionMarks,
  faded,
  lineOptions,
  noMarks,
  type LineDataset,
  type LineScene,
  type Marks,
  type Palette,
  type SharedAxis,
} from './scene.ts';

export function rewardScene(shared: SharedAxis, colours: Palette): LineScene {
  const { lanes, axis, range } = shared;
  const rewards = lanes.map((lane) => ({ lane, points: rewardsOf(lane, axis) }));
  const { lowest = 0, highest = 1 } = range.rewards ?? {};
  const room = (highest - lowest || 1) * 0.08;
  return {
    type: 'line',
    datasets: rewards.flatMap(({ lane, points }) => laneDatasets(lane, points, colours)),
    options: lineOptions(
      shared,
      {
        title: 'Score',
        lowest: lowest - room,
        highest: highest + room,
        fromZero: false,
        mostSteps: 8,
      },
      colours,
      ({ raw, dataset }) => pointText(raw as ChartPoint, dataset as LineDataset),
    ),
    marks: {
      ...noMarks,
      verticals: decisionMarks(shared, colours),
      crowns: rewards.flatMap(({ lane, points }) => crownOf(lane, points, colours)),
    },
  };
}

function pointText({ y, index }: ChartPoint, { strategy, label = '' }: LineDataset): string {
  const answer = index === undefined ? '' : `, answer #${index}`;
  return `${strategyLabels[strategy]}${answer}: ${reward(y)} (${label})`;
}

function crownOf(
  { strategy, summary }: LaneView,
  { best }: LaneRewards,
  colours: Palette,
): Marks['crowns'] {
  if (best === null) return [];
  const word = summary.chosen === null ? 'best so far' : 'best';
  const { x, y } = best;
  return [{ x, y, colour: colours.strategies[strategy], label: `${word} ${reward(y)}` }];
}

/** The more there are, the smaller and fainter each. */
function density(candidates: number): { radius: number; line: number } {
  if (candidates <= 16) return { radius: 5, line: 0.55 };
  if (candidates <= 64) return { radius: 4, line: 0.32 };
  return { radius: 3, line: 0.16 };
}

/** So many marks of unfinished texts are still told apart; of more, only the lines are drawn. */
const mostMarks = 600;

/** Always the same kinds in the same order, so that Chart.js keeps what it has made for each. */
function laneDatasets(
  { strategy, planned }: LaneView,
  points: LaneRewards,
  colours: Palette,
): LineDataset[] {
  const colour = colours.strategies[strategy];
  const shape = pointStyles[strategyShapes[strategy]];
  const { line, ...dense } = density(planned);
  // Squares on their corner look smaller than circles.
  const radius = shape === 'rectRot' ? dense.radius * 1.3 : dense.radius;
  const wasObserved = points.observed.length > 0;
  const marks = (data: ChartPoint[], label: string, looks: Partial<LineDataset>): LineDataset => ({
    ...base(strategy, label, data),
    showLine: false,
    pointStyle: shape,
    pointRadius: radius,
    pointHitRadius: 4,
    pointHoverRadius: radius + 1,
    pointBorderWidth: 1.25,
    ...sameOnHover(colour, colours.surface),
    order: 2,
    ...looks,
  });
  return [
    {
      ...base(strategy, 'from score to score', points.paths),
      borderColor: faded(colour, line),
      borderWidth: 1,
      borderDash: wasObserved ? [1, 3] : [],
      pointRadius: 0,
      pointHitRadius: 0,
      pointHoverRadius: 0,
      order: 6,
    },
    marks(points.observed, 'unfinished, looked at afterwards', {
      pointRadius: points.observed.length > mostMarks ? 0 : radius * 0.5,
      pointHitRadius: points.observed.length > mostMarks ? 0 : 4,
      ...sameOnHover(faded(colour, 0.6), colours.surface),
      order: 5,
    }),
    marks(points.partial, 'unfinished, went on', { pointRadius: radius * 0.75, order: 4 }),
    marks(points.stopped, 'stopped early', {
      pointStyle: 'crossRot',
      pointRadius: radius * 0.75,
      ...sameOnHover(faded(colour, 0.7), colour),
      order: 4,
    }),
    marks(points.final, 'finished', { ...sameOnHover(colours.surface, colour), order: 3 }),
    marks(points.best === null ? [] : [points.best], 'the best', {
      pointRadius: radius + 3,
      pointHoverRadius: radius + 3,
      pointBorderWidth: 2.5,
      ...sameOnHover(colours.text, colour),
      order: 1,
    }),
    {
      ...base(
        strategy,
        'last one kept',
        points.cutoffs.map(({ x, y }) => ({ x, y })),
      ),
      stepped: 'before',
      borderColor: colour,
      borderWidth: 1.5,
      borderDash: [4, 4],
      pointStyle: 'line',
      pointRadius: 9,
      pointHoverRadius: 9,
      pointHitRadius: 0,
      pointBorderWidth: 2.5,
      ...sameOnHover(colour, colour),
      borderJoinStyle: 'round',
      order: 3,
    },
  ];
}

const base = (strategy: StrategyName, label: string, data: ChartPoint[]) => ({
  strategy,
  label,
  data,
  spanGaps: false,
  fill: false,
});

const sameOnHover = (border: string, background: string) => ({
  pointBorderColor: border,
  pointHoverBorderColor: border,
  pointBackgroundColor: background,
  pointHoverBackgroundColor: background,
});

export function rewardLegend(lanes: readonly LaneView[]): LegendEntry[] {
  return lanes.flatMap(({ strategy, series }) => {
    const shape = strategyShapes[strategy];
    const term = strategyLabels[strategy];
    const entries: LegendEntry[] = [
      { label: `${term}: finished`, mark: { kind: 'point', shape }, strategy },
    ];
    if (series.rewards.some(({ kind }) => kind === 'observed')) {
      entries.push({
        label: 'looked at afterwards, counted nowhere',
        mark: { kind: 'point', shape, hollow: true, line: [1, 3] },
        strategy,
      });
    }
    if (!decides(strategy)) return entries;
    entries.push(
      { label: 'went on', mark: { kind: 'point', shape, hollow: true }, strategy },
      { label: 'stopped early', mark: { kind: 'cross' }, strategy },
      { label: 'last one kept', mark: { kind: 'line', dash: [4, 4] }, strategy },
      decisionEntry(strategy),
    );
    return entries;
  });
}

/** Places on the charts: which axis a moment is shown on, how far the axes reach, and how many points are drawn. */
import type { StrategyName } from '../../src-main/contract/events.ts';
import type { LaneView } from '../../src-main/domain/lane-view.ts';
import { isScored } from '../../src-main/domain/ranking.ts';

/** What all lanes are laid side by side along: the clock of each, or the tokens that each has written. */
export type Axis = 'time' | 'tokens';

/** A point as Chart.js draws it; `index` where it belongs to one candidate. */
export interface ChartPoint {
  x: number;
  y: number;
  index?: number;
}

/** Between two lines of one dataset. */
export const gap: ChartPoint = { x: NaN, y: NaN };

interface Moment {
  at: number;
  tokens: number;
}

/** Seconds or tokens. */
export const along = (moment: Moment, axis: Axis): number =>
  axis === 'time' ? moment.at / 1000 : moment.tokens;

export const axisTitles: Record<Axis, string> = {
  time: 'Seconds since the start',
  tokens: 'Tokens written so far',
};

/** How far the axes reach; made of a whole run, so that a replay of it does not make them jump. */
export interface ChartRange extends Moment {
  /** null while nothing is scored. */
  rewards: { lowest: number; highest: number } | null;
  bytes: number;
  position: number;
  count: number;
}

export function rangeOf(lanes: readonly LaneView[]): ChartRange {
  const range: ChartRange = { at: 0, tokens: 0, rewards: null, bytes: 0, position: 0, count: 0 };
  for (const { summary, series } of lanes) {
    range.at = Math.max(range.at, summary.wallMs);
    range.tokens = Math.max(range.tokens, summary.tokensGenerated);
    for (const { reward } of series.rewards) {
      if (!isScored(reward)) continue;
      const { lowest = reward, highest = reward } = range.rewards ?? {};
      range.rewards = { lowest: Math.min(lowest, reward), highest: Math.max(highest, reward) };
    }
    for (const { bytes } of series.memory) range.bytes = Math.max(range.bytes, bytes);
    for (const { position } of series.length) range.position = Math.max(range.position, position);
    for (const { count } of series.alive) range.count = Math.max(range.count, count);
  }
  return range;
}

/** Round values inside an axis, at most so many steps apart. */
export function ticksBetween(lowest: number, highest: number, mostSteps: number): number[] {
  const least = (highest - lowest) / mostSteps;
  if (!(least > 0)) return [lowest];
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
  const first = Math.ceil(lowest / step - 1e-9);
  const last = Math.floor(highest / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, place) => (first + place) * step);
}

/** A decision as a vertical line; several at one moment are one line. */
export interface Decision {
  strategy: StrategyName;
  x: number;
}

export function decisionsOf(lanes: readonly LaneView[], axis: Axis): Decision[] {
  return lanes.flatMap(({ strategy, series }) => {
    const places = new Set(series.rounds.map((round) => along(round, axis)));
    return [...places].map((x) => ({ strategy, x }));
  });
}

/** More points than this in one line are not told apart on any screen. */
const mostPoints = 2000;

/** A line with fewer points that looks the same: of each stretch its first, lowest, highest and last. */
export function thinned(points: ChartPoint[], most = mostPoints): ChartPoint[] {
  if (points.length <= most) return points;
  const stretch = Math.ceil((points.length * 4) / most);
  const kept: ChartPoint[] = [];
  for (let start = 0; start < points.length; start += stretch) {
    kept.push(...outline(points.slice(start, start + stretch)));
  }
  return kept;
}

function outline(points: ChartPoint[]): ChartPoint[] {
  const last = points.length - 1;
  let lowest = 0;
  let highest = 0;
  for (const [place, { y }] of points.entries()) {
    if (y < (points[lowest]?.y ?? y)) lowest = place;
    if (y > (points[highest]?.y ?? y)) highest = place;
  }
  const places = [...new Set([0, lowest, highest, last])].sort((a, b) => a - b);
  return places.flatMap((place) => points[place] ?? []);
}

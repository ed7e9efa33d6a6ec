/** The rewards of one lane as points and lines over the shared axis. */
import type { RewardPoint } from '../../src-main/domain/lane-series.ts';
import type { LaneView } from '../../src-main/domain/lane-view.ts';
import { isScored } from '../../src-main/domain/ranking.ts';
import { along, gap, type Axis, type ChartPoint } from './points.ts';

export interface LaneRewards {
  /** One line per candidate from score to score, with gaps between candidates. */
  paths: ChartPoint[];
  /** Looked at afterwards: these counted nowhere. */
  observed: ChartPoint[];
  /** Scored while they were written, and gone on. */
  partial: ChartPoint[];
  /** Scored and stopped there. */
  stopped: ChartPoint[];
  final: ChartPoint[];
  /** The answer that was chosen, or the best until now. */
  best: (ChartPoint & { index: number }) | null;
  /** The reward of the last one kept, decision by decision. */
  cutoffs: ChartPoint[];
}

/** Of all lines of a lane; more makes no better picture. */
const mostPathPoints = 5000;

export function rewardsOf(lane: LaneView, axis: Axis): LaneRewards {
  const byCandidate = groupByCandidate(lane.series.rewards);
  const rewards: LaneRewards = {
    paths: [],
    observed: [],
    partial: [],
    stopped: [],
    final: [],
    best: null,
    cutoffs: lane.series.rounds.flatMap((round) =>
      isScored(round.cutoff) ? [{ x: along(round, axis), y: round.cutoff }] : [],
    ),
  };
  const stride = Math.ceil(lane.series.rewards.length / mostPathPoints);
  const stoppedAt = new Map(
    lane.summary.candidates.map(({ index, rejectedAt }) => [index, rejectedAt]),
  );
  for (const [index, points] of byCandidate) {
    addPath(rewards.paths, points, axis, stride);
    for (const point of points) {
      if (!isScored(point.reward)) continue;
      const place = { x: along(point, axis), y: point.reward, index };
      if (point.kind !== 'partial') rewards[point.kind].push(place);
      else if (stoppedAt.get(index) === point.position) rewards.stopped.push(place);
      else rewards.partial.push(place);
    }
  }
  rewards.best = bestOf(rewards.final, lane.summary.chosen?.index);
  return rewards;
}

function groupByCandidate(points: readonly RewardPoint[]): Map<number, RewardPoint[]> {
  const groups = new Map<number, RewardPoint[]>();
  for (const point of points) {
    const group = groups.get(point.index);
    if (group === undefined) groups.set(point.index, [point]);
    else group.push(point);
  }
  // Final scores are told before those that were looked at afterwards.
  for (const group of groups.values()) group.sort((a, b) => a.position - b.position);
  return groups;
}

function addPath(paths: ChartPoint[], points: RewardPoint[], axis: Axis, stride: number): void {
  const last = points.length - 1;
  for (const [place, point] of points.entries()) {
    if (!isScored(point.reward) || (place % stride !== 0 && place !== last)) continue;
    paths.push({ x: along(point, axis), y: point.reward, index: point.index });
  }
  paths.push(gap);
}

function bestOf(final: ChartPoint[], chosen: number | undefined): LaneRewards['best'] {
  let best: LaneRewards['best'] = null;
  for (const { x, y, index } of final) {
    if (index === undefined) continue;
    if (index === chosen) return { x, y, index };
    if (best === null || y > best.y || (y === best.y && index < best.index)) best = { x, y, index };
  }
  return best;
}

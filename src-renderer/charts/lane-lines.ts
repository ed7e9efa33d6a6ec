/** The lines of one lane over the shared axis: answers alive, memory, length. */
import type { LaneView } from '../../src-main/domain/lane-view.ts';
import { along, thinned, type Axis, type ChartPoint } from './points.ts';

export const bytesPerMegabyte = 1_000_000;

export type LineKind = 'alive' | 'memory' | 'length';

/** Megabytes for memory. */
export function lineOf(kind: LineKind, lane: LaneView, axis: Axis): ChartPoint[] {
  const { series } = lane;
  switch (kind) {
    case 'alive':
      return untilNow(
        series.alive.map((point) => ({ x: along(point, axis), y: point.count })),
        lane,
        axis,
      );
    case 'memory':
      return thinned(
        series.memory.map((point) => ({
          x: along(point, axis),
          y: point.bytes / bytesPerMegabyte,
        })),
      );
    case 'length':
      return thinned(series.length.map((point) => ({ x: along(point, axis), y: point.position })));
  }
}

/** A staircase stays where it is until the lane's own present. */
function untilNow(points: ChartPoint[], { summary }: LaneView, axis: Axis): ChartPoint[] {
  const last = points.at(-1);
  const now = along({ at: summary.wallMs, tokens: summary.tokensGenerated }, axis);
  return last === undefined || last.x >= now ? points : [...points, { x: now, y: last.y }];
}

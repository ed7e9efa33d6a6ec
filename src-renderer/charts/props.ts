/** What the charts over the shared axis are given. */
import type { LaneView } from '../../src-main/domain/lane-view.ts';
import type { Pick } from './drawn-chart.ts';
import type { Playhead } from './marks.ts';
import type { Axis, ChartRange } from './points.ts';
import { rangeOf } from './points.ts';
import type { Palette, SharedAxis } from './scene.ts';

export interface ChartProps {
  /** Give new objects for what has changed, in state that is not made deep ($state.raw). */
  lanes: readonly LaneView[];
  axis: Axis;
  /** Where a replay is, in milliseconds of the lanes' clocks. */
  playhead?: number | undefined;
  /** How far the axes reach (`rangeOf` the whole run), so that they do not jump in a replay; else as far as the lanes. */
  range?: ChartRange | undefined;
  /** An answer's point was clicked, or chosen in the table. */
  onpick?: Pick | undefined;
  headingLevel?: 2 | 3 | 4;
}

export const sharedAxis = ({ lanes, axis, range }: ChartProps): SharedAxis => ({
  lanes,
  axis,
  range: range ?? rangeOf(lanes),
});

/** One line over time; over tokens, one for each lane, because each has written its own number by then. */
export function playheadsOf(props: ChartProps, colours: Palette): Playhead[] {
  if (props.playhead === undefined) return [];
  // Over time the lanes are not looked at, so that their changes draw nothing again.
  if (props.axis === 'time') return [{ x: props.playhead / 1000, colour: colours.text }];
  return props.lanes.map(({ strategy, summary }) => ({
    x: summary.tokensGenerated,
    colour: colours.strategies[strategy],
  }));
}

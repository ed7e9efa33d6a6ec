/** What the charts over the shared axis are given. */
import type { LaneView } from '../../src-main/domain/lane-view.ts';
import type { Pick } from './drawn-chart.ts';
import type { Playhead } from './marks.ts';
import type { Palette, SharedAxis } from './scene.ts';

export interface ChartProps {
  /** What is drawn. Give a new object for what has changed, in state that is not made deep ($state.raw). */
  shown: SharedAxis;
  /** The lanes as they are now, which may be newer than what is drawn. */
  lanes: readonly LaneView[];
  /** Where a replay is, in milliseconds of the lanes' clocks. */
  playhead?: number | undefined;
  /** An answer's point was clicked, or chosen in the table. */
  onpick?: Pick | undefined;
  headingLevel?: 2 | 3 | 4;
}

/** One line over time; over tokens, one for each lane, because each has written its own number by then. */
export function playheadsOf(props: ChartProps, colours: Palette): Playhead[] {
  if (props.playhead === undefined) return [];
  // Over time the lanes are not looked at, so that their changes draw nothing again.
  if (props.shown.axis === 'time') return [{ x: props.playhead / 1000, colour: colours.text }];
  return props.lanes.map(({ strategy, summary }) => ({
    x: summary.tokensGenerated,
    colour: colours.strategies[strategy],
  }));
}

/** A lane as the pages show it at one moment, live or in a replay: sums, and the lines of its charts. */
import type { RunStatus, StrategyName } from '../contract/events.ts';
import type { CompactLaneEvent } from '../contract/recording.ts';
import { createEventReader } from './compact-events.ts';
import { createLaneSeriesFold, type LaneSeries } from './lane-series.ts';
import { createLaneFold, type LaneSummary } from './lane-summary.ts';

export interface LaneView {
  strategy: StrategyName;
  status: RunStatus | 'waiting';
  /** How many candidates it was asked for. */
  planned: number;
  summary: LaneSummary;
  series: LaneSeries;
}

/** Makes views of one lane while its events come in, each event read once. */
export interface LaneViewer {
  add(event: CompactLaneEvent): void;
  /** What has happened so far. The lists inside are the viewer's own: read them, do not change them. */
  view(status: LaneView['status']): LaneView;
}

/** @param planned how many candidates the lane was asked for */
export function createLaneViewer(strategy: StrategyName, planned: number): LaneViewer {
  const read = createEventReader();
  const summary = createLaneFold(planned);
  const series = createLaneSeriesFold();
  return {
    add(compact) {
      const event = read(compact);
      summary.add(event);
      series.add(event);
    },
    view: (status) => ({
      strategy,
      status,
      planned,
      summary: summary.summary(),
      series: series.series(),
    }),
  };
}

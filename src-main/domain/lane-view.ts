/** A lane as the pages show it at one moment, live or in a replay: sums, and the lines of its charts. */
import type { RunStatus, StrategyName } from '../contract/events.ts';
import type { LaneSeries } from './lane-series.ts';
import type { LaneSummary } from './lane-summary.ts';

export interface LaneView {
  strategy: StrategyName;
  status: RunStatus | 'waiting';
  /** How many candidates it was asked for. */
  planned: number;
  summary: LaneSummary;
  series: LaneSeries;
}

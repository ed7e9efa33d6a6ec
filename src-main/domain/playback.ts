/**
 * A recorded run played again: what every lane showed at a moment of its own clock, all lanes started together. A view
 * holds only what had happened by then, because it is made of the events up to that moment. One thing is drawn sooner: the
 * scores that were made for looking, after the lane's clock had stopped, stand in the charts at the moment whose texts they
 * judge, so that a replay shows both strategies' scores grow. They are marked as observed, and no sum holds them sooner.
 */
import type { CompactLaneEvent, RecordedLane } from '../contract/recording.ts';
import type { RewardPoint } from './lane-series.ts';
import { isOnTheClock } from './lane-summary.ts';
import { createLaneViewer, type LaneView, type LaneViewer } from './lane-view.ts';

export interface Playback {
  /** Milliseconds of the lane that took longest. */
  readonly duration: number;
  /** Every lane at that moment. Forward costs only the events between; backward begins anew. */
  seek(ms: number): LaneView[];
}

/** @param lanes in the order in which they are to be shown */
export function createPlayback(lanes: readonly RecordedLane[]): Playback {
  const players = lanes.map(createLanePlayer);
  return {
    duration: Math.max(0, ...lanes.map(laneDuration)),
    seek: (ms) => players.map((seek) => seek(ms)),
  };
}

/** Milliseconds from a lane's start to the last event on its clock. */
export function laneDuration({ events }: Pick<RecordedLane, 'events'>): number {
  return events.reduce((last, event) => (isOnTheClock(event) ? Math.max(last, event.at) : last), 0);
}

const isObserved = (event: CompactLaneEvent): boolean =>
  event.type === 'scored' && event.kind === 'observed';

function createLanePlayer(lane: RecordedLane): (ms: number) => LaneView {
  const end = laneDuration(lane);
  const observed = observedPoints(lane);
  let viewer: LaneViewer = createLaneViewer(lane.strategy, lane.candidates);
  let shown = 0;
  let moment = -Infinity;
  return (ms) => {
    if (ms < moment) {
      viewer = createLaneViewer(lane.strategy, lane.candidates);
      shown = 0;
    }
    moment = ms;
    for (let event = lane.events[shown]; event !== undefined; event = lane.events[shown]) {
      if ((isOnTheClock(event) ? event.at : end) > ms) break;
      viewer.add(event);
      shown += 1;
    }
    return ms < end ? withObserved(viewer.view('running'), observed, ms) : viewer.view(lane.status);
  };
}

/** The observed scores of a lane, in the order of the texts that they judge. */
function observedPoints({ strategy, candidates, events }: RecordedLane): RewardPoint[] {
  if (!events.some(isObserved)) return [];
  const whole = createLaneViewer(strategy, candidates);
  for (const event of events) whole.add(event);
  const { rewards } = whole.view('done').series;
  return rewards.filter(({ kind }) => kind === 'observed').sort((a, b) => a.at - b.at);
}

function withObserved(view: LaneView, observed: RewardPoint[], ms: number): LaneView {
  const later = observed.findIndex(({ at }) => at > ms);
  const until = later === -1 ? observed : observed.slice(0, later);
  const rewards = [...view.series.rewards, ...until];
  return { ...view, series: { ...view.series, rewards } };
}

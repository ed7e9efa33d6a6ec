/**
 * A recorded run played again: what every lane showed at a moment of its own clock, all lanes started together. A view
 * holds only what had happened by then, because it is made of the events up to that moment and of nothing else.
 */
import type { CompactLaneEvent, RecordedLane } from '../contract/recording.ts';
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
  return events.reduce((last, event) => (isObserved(event) ? last : Math.max(last, event.at)), 0);
}

/** Observed scores were made after the clock had stopped: they come when the lane is over. */
const isObserved = (event: CompactLaneEvent): boolean =>
  event.type === 'scored' && event.kind === 'observed';

function createLanePlayer(lane: RecordedLane): (ms: number) => LaneView {
  const end = laneDuration(lane);
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
      if ((isObserved(event) ? end : event.at) > ms) break;
      viewer.add(event);
      shown += 1;
    }
    return viewer.view(ms < end ? 'running' : lane.status);
  };
}

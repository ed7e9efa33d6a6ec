/**
 * What the page shows of a run: its lanes at one moment, from the comparison that is under way or from a recording with a
 * playhead. Both are the same fold over the same events, and change at most ten times a second; charts keep to four.
 */
import type { RunStatus } from '../../../src-main/contract/events.ts';
import type {
  CompactLaneEvent,
  Comparison,
  RecordedRun,
} from '../../../src-main/contract/recording.ts';
import type { RunRecord } from '../../../src-main/contract/run.ts';
import {
  createLaneViewer,
  type LaneView,
  type LaneViewer,
} from '../../../src-main/domain/lane-view.ts';
import { createPlayback } from '../../../src-main/domain/playback.ts';
import { inReadingOrder } from '../../../src-main/domain/result.ts';
import { Playhead } from './playhead.svelte.ts';

export interface RunView {
  /** In the fixed order in which strategies are read. */
  readonly lanes: LaneView[];
  /** null until the models are loaded. */
  readonly run: RunRecord | null;
  /** Nothing more will happen at this playhead: the result can be shown. */
  readonly isOver: boolean;
}

/** Follows the comparison that is under way. To be called while a component begins. */
export function followComparison(comparison: () => Comparison | null): RunView {
  const followLanes = createLaneFollower();
  const lanes = $derived(inReadingOrder(followLanes(comparison())));
  const isOver = $derived(comparison()?.phase === 'ended');
  const run = $derived(runOf(comparison()));
  return {
    get lanes() {
      return lanes;
    },
    get run() {
      return run;
    },
    get isOver() {
      return isOver;
    },
  };
}

/** Goes with the address of a run that is opened to be played, from its start. */
export const playQuery = { play: 'yes' };

export interface Replay extends RunView {
  /** The lanes as they ended. */
  readonly whole: LaneView[];
  readonly playhead: Playhead;
}

/** Plays a recorded run. To be called while a component begins. */
export function replayRun(recorded: RecordedRun, from: 'start' | 'end'): Replay {
  const playback = createPlayback(inReadingOrder(recorded.lanes));
  const playhead = new Playhead(playback.duration, from === 'end' ? playback.duration : 0);
  const whole = playback.seek(playback.duration);
  const isOver = $derived(playhead.shown >= playback.duration);
  const lanes = $derived(isOver ? whole : playback.seek(playhead.shown));
  $effect(() => () => playhead.pause());
  return {
    playhead,
    whole,
    run: recorded,
    get lanes() {
      return lanes;
    },
    get isOver() {
      return isOver;
    },
  };
}

/** The run with what is known of its end; the record that came with its beginning says `running`. */
function runOf(comparison: Comparison | null): RunRecord | null {
  if (!comparison?.run) return null;
  const { run, outcome } = comparison;
  if (outcome === null) return run;
  const error =
    outcome.error === null ? null : { code: outcome.error.code, message: outcome.error.message };
  return { ...run, status: outcome.status, error };
}

interface Followed {
  viewer: LaneViewer;
  events: CompactLaneEvent[];
  seen: number;
}

/** Reads each event once, however often the comparison is looked at; begins anew where the events are other ones. */
function createLaneFollower(): (comparison: Comparison | null) => LaneView[] {
  let followed = new Map<string, Followed>();
  let id: string | null = null;
  return (comparison) => {
    if (comparison === null || comparison.id !== id) followed = new Map();
    id = comparison?.id ?? null;
    return (comparison?.lanes ?? []).map(({ plan, status, events }) => {
      let lane = followed.get(plan.strategy);
      if (lane?.events !== events) {
        lane = { viewer: createLaneViewer(plan.strategy, plan.candidates), events, seen: 0 };
        followed.set(plan.strategy, lane);
      }
      for (const event of events.slice(lane.seen)) lane.viewer.add(event);
      lane.seen = events.length;
      return lane.viewer.view(status satisfies RunStatus | 'waiting');
    });
  };
}

/** Lanes told by what became of their candidates, for tests of what is made of whole lanes. */
import type { LaneEvent, RunStatus, StrategyName } from '../../src-main/contract/events.ts';
import { createEventCompactor } from '../../src-main/domain/compact-events.ts';
import { summariseLane } from '../../src-main/domain/lane-summary.ts';
import type { LaneView } from '../../src-main/domain/lane-view.ts';
import type { RecordedLane } from '../../src-main/contract/recording.ts';
import { advanced, piece } from './stored-runs.ts';

/** A finished answer, or with `stopped` one that was stopped early at that reward. Every answer has four tokens or eight. */
export interface SmallCandidate {
  text: string;
  reward: number | null;
  stopped?: boolean;
  /** What the second opinion gives it; without one anywhere there is none. */
  judgeReward?: number;
}

export interface SmallLane {
  strategy: StrategyName;
  candidates: SmallCandidate[];
  ms?: number;
  status?: RunStatus;
  /** False where the lane was stopped before its choice. */
  chose?: boolean;
  /** Asked for, and never started. */
  notStarted?: number;
}

/** Candidate 0 is the first of the list. The best finished one is chosen. */
export function smallLaneEvents({ candidates, ms = 1000, chose = true }: SmallLane): LaneEvent[] {
  const all = candidates.map((candidate, index) => ({ ...candidate, index }));
  const stopped = all.filter((candidate) => candidate.stopped === true);
  const finished = all.filter((candidate) => candidate.stopped !== true);
  const score = (kind: 'partial' | 'final', scored: typeof all, at: number): LaneEvent => ({
    type: 'scored',
    at,
    position: kind === 'final' ? 8 : 4,
    kind,
    scoreMs: 1,
    scores: scored.map(({ index, reward }) => ({ index, reward, cut: false, tokens: 9 })),
  });
  const best = finished.toSorted((a, b) => (b.reward ?? -Infinity) - (a.reward ?? -Infinity))[0];
  return [
    { type: 'prompt-read', at: ms / 10, promptTokens: 5, cacheBytes: 640, peakCacheBytes: 640 },
    { type: 'started', at: ms / 10, candidates: all.map(({ index }) => index) },
    advanced(
      ms / 2,
      4,
      all.map(({ index, text }) => piece(index, [1, 2, 3, 4], text)),
    ),
    score('partial', stopped, ms / 2 + 1),
    {
      type: 'round',
      at: ms / 2 + 1,
      position: 4,
      live: all.length,
      cacheBytes: 2000,
      cutoff: 0,
      rejected: stopped.map(({ index }) => index),
    },
    advanced(
      ms - 1,
      8,
      finished.map(({ index, text }) => piece(index, [5, 6, 7, 8], text, { finish: 'stop' })),
    ),
    score('final', finished, ms),
    ...(chose && best !== undefined
      ? [{ type: 'chosen', at: ms, index: best.index, reward: best.reward ?? NaN } as const]
      : []),
    ...judgedEvents(finished, ms),
  ];
}

function judgedEvents(finished: (SmallCandidate & { index: number })[], at: number): LaneEvent[] {
  const scores = finished.flatMap(({ index, judgeReward: reward }) =>
    reward === undefined ? [] : [{ index, reward, cut: false, tokens: 9 }],
  );
  return scores.length === 0 ? [] : [{ type: 'judged', at, judgeMs: 1, scores }];
}

export function smallLaneView(lane: SmallLane): LaneView {
  const planned = lane.candidates.length + (lane.notStarted ?? 0);
  return {
    strategy: lane.strategy,
    status: lane.status ?? 'done',
    planned,
    summary: summariseLane(smallLaneEvents(lane), planned),
    series: { rewards: [], rounds: [], alive: [], memory: [], length: [] },
  };
}

/** The lane as it comes from the store. */
export function smallRecordedLane(lane: SmallLane): RecordedLane {
  const planned = lane.candidates.length + (lane.notStarted ?? 0);
  const summary = summariseLane(smallLaneEvents(lane), planned);
  return {
    ...summary,
    id: `lane-${lane.strategy}`,
    runId: 'run',
    strategy: lane.strategy,
    order: 0,
    status: lane.status ?? 'done',
    candidates: planned,
    events: smallLaneEvents(lane).map(createEventCompactor()),
  };
}

/**
 * Runs as they travel to the pages, live and from the store: the events of each lane with texts as changes, because an
 * event of 256 growing texts would otherwise repeat every word at every step. domain/compact-events.ts makes and reads them.
 */
import type { ErrorRecord } from './errors.ts';
import type { LoadProgress, ModelRole } from './engine.ts';
import type { AdvancedEvent, LaneEvent, RunStatus } from './events.ts';
import type { LanePlan, LaneRecord, RunRecord, RunSettings } from './run.ts';
import type { Vote } from './votes.ts';

/** A text as the change of an earlier one: its first `kept` UTF-16 code units, then `added`. */
export interface TextChange {
  kept: number;
  added: string;
}

export interface CompactPiece extends TextChange {
  index: number;
  /** Only the new tokens. */
  tokens: number[];
  finish: 'stop' | 'length' | null;
}

/** An `advanced` event whose texts are changes, without log-probabilities. */
export interface CompactAdvancedEvent extends Omit<AdvancedEvent, 'candidates'> {
  candidates: CompactPiece[];
}

export type CompactLaneEvent = Exclude<LaneEvent, AdvancedEvent> | CompactAdvancedEvent;

/** A lane with everything that happened in it: any view of it can be made again. */
export interface RecordedLane extends LaneRecord {
  /** How many candidates it was asked for. */
  candidates: number;
  events: CompactLaneEvent[];
}

/** A stored run, or the sample that ships with Winnow. */
export interface RecordedRun extends RunRecord {
  /** In the order in which they ran. */
  lanes: RecordedLane[];
  /** The oldest first. */
  votes: Vote[];
}

/** One lane of the comparison that is under way, or has just ended. */
export interface ComparisonLane {
  plan: LanePlan;
  status: RunStatus | 'waiting';
  events: CompactLaneEvent[];
}

/**
 * The comparison that is under way, or has just ended. `id` is there from the start; `run` only once the models are
 * loaded and the run is stored.
 */
export interface Comparison {
  id: string;
  prompt: string;
  settings: RunSettings;
  /** `loading`, then `running`; a fault of the prompt or the models leads from `loading` straight to `ended`. */
  phase: 'loading' | 'running' | 'ended';
  loading: { what: ModelRole; progress: LoadProgress } | null;
  /** A person asked to stop it. */
  stopping: boolean;
  run: RunRecord | null;
  /** In the order in which they run. */
  lanes: ComparisonLane[];
  /** How it ended. */
  outcome: { status: RunStatus; error: ErrorRecord | null } | null;
}

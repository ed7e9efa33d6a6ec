/**
 * What the application tells everybody who listens, in one sequence. A client that was away asks for what came after the
 * last event it saw; where that is no longer kept, it asks for `comparison.current` instead.
 */
import type { LoadProgress, ModelRole } from './engine.ts';
import type { ErrorRecord } from './errors.ts';
import type { RunStatus, StrategyName } from './events.ts';
import type { CompactLaneEvent } from './recording.ts';
import type { LanePlan, RunRecord, RunSettings } from './run.ts';

/** Of the comparison with this id; domain/comparison.ts folds them into a `Comparison`. */
export type ComparisonEvent =
  | { type: 'comparison-started'; id: string; prompt: string; settings: RunSettings }
  | {
      type: 'comparison-loading';
      id: string;
      what: ModelRole;
      progress: LoadProgress;
    }
  | { type: 'comparison-planned'; id: string; run: RunRecord; lanes: LanePlan[] }
  | { type: 'lane-began'; id: string; strategy: StrategyName }
  | { type: 'lane-event'; id: string; strategy: StrategyName; event: CompactLaneEvent }
  | { type: 'lane-ended'; id: string; strategy: StrategyName; status: RunStatus }
  | { type: 'comparison-stopping'; id: string }
  | { type: 'comparison-ended'; id: string; status: RunStatus; error: ErrorRecord | null };

export type ApplicationEvent =
  | ComparisonEvent
  /** The list of runs, or what belongs to one (votes), is not what it was. */
  | { type: 'runs-changed' }
  /** Somebody changed the preferences, perhaps in another window. */
  | { type: 'preferences-changed' };

export interface NumberedEvent {
  /** Grows by one with each event, from 1 at the application's start. */
  sequence: number;
  event: ApplicationEvent;
}

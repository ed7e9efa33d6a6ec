/**
 * The comparison that is under way, for everybody who looks: begun by one page, told to all as events, kept for pages that
 * come later. It goes on when no page looks.
 */
import { randomUUID } from 'node:crypto';
import type { ApplicationEvent, ComparisonEvent } from '../../contract/application-events.ts';
import { toErrorRecord, type ErrorRecord } from '../../contract/errors.ts';
import type { RunStatus, StrategyName } from '../../contract/events.ts';
import type { Comparison, CompactLaneEvent } from '../../contract/recording.ts';
import type { LaneEvent } from '../../contract/events.ts';
import { createEventCompactor } from '../../domain/compact-events.ts';
import { foldComparison } from '../../domain/comparison.ts';
import { checkPrompt } from '../../domain/prompt.ts';
import { alreadyRunning, type Application } from '../application.ts';
import type { CompareProgress, CompareRequest } from '../compare/compare.ts';
import { statusAfter } from '../compare/run-status.ts';
import type { EventBus } from '../event-bus.ts';

export interface ComparisonSession {
  /**
   * Begins a comparison; what happens then comes as events. Gives its id.
   * @throws usage while one is running; prompt-empty, prompt-invalid, prompt-too-long
   */
  start(request: CompareRequest): { id: string };
  /** Stops it and keeps what was written. Resolves when it has ended; at once where none runs. */
  stop(): Promise<void>;
  /** The comparison that is under way or ended last, and the number of the event it is up to date with. */
  current(): { comparison: Comparison | null; sequence: number };
}

export function createComparisonSession(
  application: Pick<Application, 'compare'>,
  events: EventBus,
): ComparisonSession {
  let comparison: Comparison | null = null;
  let running: { controller: AbortController; ended: Promise<void> } | null = null;

  function tell(event: ComparisonEvent): void {
    comparison = foldComparison(comparison, event);
    events.publish(event);
  }

  async function run(id: string, request: CompareRequest, signal: AbortSignal): Promise<void> {
    const { status, error } = await outcomeOf(
      application,
      request,
      teller(id, tell, events),
      signal,
    );
    running = null;
    tell({ type: 'comparison-ended', id, status, error });
    events.publish({ type: 'runs-changed' });
  }

  return {
    start(request) {
      if (running !== null) throw alreadyRunning();
      checkPrompt(request.prompt);
      const id = randomUUID();
      const controller = new AbortController();
      tell({ type: 'comparison-started', id, ...request });
      running = { controller, ended: run(id, request, controller.signal) };
      return { id };
    },
    async stop() {
      if (running === null) return;
      const { controller, ended } = running;
      if (comparison !== null && !comparison.stopping) {
        tell({ type: 'comparison-stopping', id: comparison.id });
      }
      controller.abort();
      await ended;
    },
    current: () => ({ comparison, sequence: events.sequence }),
  };
}

/** Turns what a comparison's listener is told into events. */
function teller(
  id: string,
  tell: (event: ComparisonEvent) => void,
  events: { publish(event: ApplicationEvent): void },
): (progress: CompareProgress) => void {
  const compactors = new Map<StrategyName, (event: LaneEvent) => CompactLaneEvent>();
  return (progress) => {
    switch (progress.type) {
      case 'loading':
        tell({ ...progress, type: 'comparison-loading', id });
        break;
      case 'run-began':
        tell({ ...progress, type: 'comparison-planned', id });
        events.publish({ type: 'runs-changed' });
        break;
      case 'lane-began':
        compactors.set(progress.plan.strategy, createEventCompactor());
        tell({ type: 'lane-began', id, strategy: progress.plan.strategy });
        break;
      case 'lane-event': {
        const compact = compactors.get(progress.strategy);
        if (compact) tell({ ...progress, id, event: compact(progress.event) });
        break;
      }
      case 'lane-ended':
        tell({ ...progress, id });
        break;
    }
  };
}

async function outcomeOf(
  application: Pick<Application, 'compare'>,
  request: CompareRequest,
  listener: (progress: CompareProgress) => void,
  signal: AbortSignal,
): Promise<{ status: RunStatus; error: ErrorRecord | null }> {
  try {
    const { status } = await application.compare(request, listener, signal);
    return { status, error: null };
  } catch (error) {
    const status = statusAfter(error);
    return { status, error: status === 'cancelled' ? null : toErrorRecord(error) };
  }
}

/** The fold of a comparison's events: the core keeps it for whoever comes later, and a page for what it shows. */
import type { ComparisonEvent } from '../contract/application-events.ts';
import type { StrategyName } from '../contract/events.ts';
import type { Comparison, ComparisonLane } from '../contract/recording.ts';

/**
 * The comparison after one more event; null before the first one starts. Events of another comparison change nothing.
 * Lists of events are added to in place, so that an event costs only itself; everything else is made anew.
 */
export function foldComparison(
  comparison: Comparison | null,
  event: ComparisonEvent,
): Comparison | null {
  if (event.type === 'comparison-started') return begun(event);
  if (comparison === null || comparison.id !== event.id) return comparison;
  switch (event.type) {
    case 'comparison-loading': {
      const { what, progress } = event;
      return { ...comparison, loading: { what, progress } };
    }
    case 'comparison-planned': {
      const lanes = event.lanes.map((plan) => ({ plan, status: 'waiting' as const, events: [] }));
      return { ...comparison, phase: 'running', loading: null, run: event.run, lanes };
    }
    case 'lane-began':
      return withLane(comparison, event.strategy, (lane) => ({ ...lane, status: 'running' }));
    case 'lane-event':
      return withLane(comparison, event.strategy, (lane) => {
        lane.events.push(event.event);
        return { ...lane };
      });
    case 'lane-ended':
      return withLane(comparison, event.strategy, (lane) => ({ ...lane, status: event.status }));
    case 'comparison-stopping':
      return { ...comparison, stopping: true };
    case 'comparison-ended': {
      const { status, error } = event;
      return {
        ...comparison,
        phase: 'ended',
        loading: null,
        stopping: false,
        outcome: { status, error },
      };
    }
  }
}

function begun({
  id,
  prompt,
  settings,
}: Extract<ComparisonEvent, { type: 'comparison-started' }>): Comparison {
  return {
    id,
    prompt,
    settings,
    phase: 'loading',
    loading: null,
    stopping: false,
    run: null,
    lanes: [],
    outcome: null,
  };
}

function withLane(
  comparison: Comparison,
  strategy: StrategyName,
  change: (lane: ComparisonLane) => ComparisonLane,
): Comparison {
  const lanes = comparison.lanes.map((lane) =>
    lane.plan.strategy === strategy ? change(lane) : lane,
  );
  return { ...comparison, lanes };
}

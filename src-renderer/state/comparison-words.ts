/** What is said aloud of a comparison while it runs: its start, each decision that stops answers, its end; nothing else. */
import type { ComparisonEvent } from '../../src-main/contract/application-events.ts';
import type { RunStatus } from '../../src-main/contract/events.ts';

const endings: Record<RunStatus, string | null> = {
  running: null,
  done: 'The run has finished.',
  cancelled: 'The run was stopped.',
  interrupted: 'The run was interrupted.',
  failed: 'The run failed.',
};

/** The sentence for an event; null for the many that are not worth a word. */
export function announcementOf(event: ComparisonEvent): string | null {
  switch (event.type) {
    case 'comparison-started':
      return 'The run has started.';
    case 'comparison-ended':
      return event.error === null
        ? endings[event.status]
        : `${endings[event.status] ?? ''} ${event.error.message}`.trim();
    case 'lane-event': {
      if (event.event.type !== 'round' || event.event.rejected.length === 0) return null;
      const { rejected, live, position } = event.event;
      return `${rejected.length} of ${live} answers stopped early at ${position} tokens.`;
    }
    default:
      return null;
  }
}

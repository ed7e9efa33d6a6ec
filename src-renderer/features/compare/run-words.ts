/** How a run stands, for the badge at its top. */
import type { Comparison } from '../../../src-main/contract/recording.ts';
import type { RunStatus } from '../../../src-main/contract/events.ts';
import type { LaneView } from '../../../src-main/domain/lane-view.ts';
import { statusWords } from '../../lib/status-words.ts';

export interface StatusBadge {
  words: string;
  tone: 'plain' | 'accent' | 'success' | 'warning' | 'danger';
}

const tones: Record<RunStatus, StatusBadge['tone']> = {
  running: 'accent',
  done: 'success',
  cancelled: 'warning',
  interrupted: 'warning',
  failed: 'danger',
};

export const runBadge = (status: RunStatus): StatusBadge => ({
  words: statusWords[status],
  tone: tones[status],
});

export function comparisonBadge({ phase, stopping, outcome }: Comparison): StatusBadge {
  if (outcome !== null) return runBadge(outcome.status);
  if (stopping) return { words: 'Stopping', tone: 'warning' };
  return phase === 'loading' ? { words: 'Getting ready', tone: 'accent' } : runBadge('running');
}

/** Time on the lanes' clocks together, in milliseconds: they run one after the other. */
export const elapsedMs = (lanes: readonly LaneView[]): number =>
  lanes.reduce((sum, { summary }) => sum + summary.wallMs, 0);

/** How a run stands, or how it ended, in words. */
import type { RunStatus } from '../../src-main/contract/events.ts';

export const statusWords: Record<RunStatus, string> = {
  running: 'Running',
  done: 'Finished',
  cancelled: 'Stopped by you',
  interrupted: 'Interrupted',
  failed: 'Failed',
};

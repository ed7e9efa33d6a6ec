/** How a run ends when something was thrown. */
import { WinnowError } from '../../contract/errors.ts';
import type { RunStatus } from '../../contract/events.ts';

/** A person stopped it, the engine died under it, or something is wrong. */
export function statusAfter(error: unknown): RunStatus {
  const code = error instanceof WinnowError ? error.code : 'internal';
  if (code === 'cancelled') return 'cancelled';
  return code === 'engine-died' ? 'interrupted' : 'failed';
}

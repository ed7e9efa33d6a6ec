/**
 * Whether the compare page shows the comparison that there is, or the form. One under way is shown always; one that has
 * ended, until the person has left it: then it is in the history, and "New comparison" means the form.
 */
import type { Comparison } from '../../src-main/contract/recording.ts';

let leftAfterItsEnd: string | null = null;

/** @param draft the form's prompt when the page is opened: something else in it than the run's own is meant for a new run */
export function isShown(comparison: Comparison, draft: string): boolean {
  if (comparison.phase !== 'ended') return true;
  if (comparison.id === leftAfterItsEnd) return false;
  return draft === '' || draft === comparison.prompt;
}

/** The person leaves the page, asks for the form, or fills it with an earlier run. */
export function leave(comparison: Comparison | null): void {
  if (comparison?.phase === 'ended') leftAfterItsEnd = comparison.id;
}

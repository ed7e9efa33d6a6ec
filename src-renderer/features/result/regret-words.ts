/** What stopping early cost, in one sentence. */
import type { Regret } from '../../../src-main/domain/result.ts';

export function regretWords({ known, stopped, better }: Regret): string {
  const which =
    known === stopped
      ? stopped === 1
        ? 'the one answer that was stopped early'
        : `the ${stopped} answers that were stopped early`
      : `the ${known} answers that were stopped early and that Best-of-N finished`;
  if (better.length === 0)
    return known === 1
      ? `${capitalised(which)} would not have scored better than the one chosen.`
      : `None of ${which} would have scored better than the one chosen.`;
  if (known === 1) return `${capitalised(which)} would have scored better than the one chosen.`;
  return `${better.length} of ${which} would have scored better than the one chosen.`;
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

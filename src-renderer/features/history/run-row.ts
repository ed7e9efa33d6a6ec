/** What one line of the history says of a run. */
import type { RunStatus, StrategyName } from '../../../src-main/contract/events.ts';
import type { RunListing } from '../../../src-main/contract/methods.ts';
import type { Vote } from '../../../src-main/contract/votes.ts';
import { strategyNames } from '../../../src-main/contract/events.ts';
import { modelName } from '../../lib/model-name.ts';
import { strategyLabels } from '../../../src-main/domain/strategies/index.ts';

export type ListedLane = RunListing['lanes'][number];

/** Lanes in the fixed order of the strategies, whichever ran first. */
export function lanesInOrder({ lanes }: Pick<RunListing, 'lanes'>): ListedLane[] {
  return lanes.toSorted((a, b) => place(a.strategy) - place(b.strategy));
}

const place = (strategy: StrategyName): number => strategyNames.indexOf(strategy);

export const statusWords: Record<RunStatus, string> = {
  running: 'Running',
  done: 'Done',
  cancelled: 'Stopped by hand',
  interrupted: 'Interrupted',
  failed: 'Failed',
};

/** The latest vote in words; null where nobody has voted. */
export function voteWords(votes: readonly Vote[]): string | null {
  const vote = votes.findLast(({ choice }) => choice !== 'skipped');
  if (vote === undefined) return null;
  switch (vote.choice) {
    case 'left':
      return `You preferred ${strategyLabels[vote.left]}`;
    case 'right':
      return `You preferred ${strategyLabels[vote.right]}`;
    case 'equal':
      return 'You found both about equal';
    case 'both-bad':
      return 'You found both bad';
    case 'skipped':
      return null;
  }
}

/** The models as one line. */
export const modelWords = ({ settings }: Pick<RunListing, 'settings'>): string =>
  `${modelName(settings.generator)}, judged by ${modelName(settings.reward)}`;

/** What one line of the history says of a run. */
import type { RunListing } from '../../../src-main/contract/methods.ts';
import type { Vote } from '../../../src-main/contract/votes.ts';
import { modelName } from '../../lib/model-name.ts';
import { voteWords } from '../../../src-main/domain/vote-words.ts';

/** The latest vote in words; null where nobody has voted. */
export const latestVoteWords = (votes: readonly Vote[]): string | null =>
  voteWords(votes.findLast(({ choice }) => choice !== 'skipped'));

/** The models as one line. */
export const modelWords = ({ settings }: Pick<RunListing, 'settings'>): string =>
  `${modelName(settings.generator)}, judged by ${modelName(settings.reward)}`;

/** Votes and what they reveal, in words: for when the names may be known. */
import type { Vote } from '../contract/votes.ts';
import { preferredStrategy, type Reveal } from './review.ts';
import { strategyLabels } from './strategies/index.ts';

/** Who was preferred, once it may be known; null where nobody has voted. */
export function voteWords(vote: Vote | undefined): string | null {
  if (vote === undefined || vote.choice === 'skipped') return null;
  const preferred = preferredStrategy(vote);
  if (preferred !== null) return `You preferred ${strategyLabels[preferred]}`;
  return vote.choice === 'equal' ? 'You found both about equal' : 'You found both bad';
}

/** What a vote turned out to say, in whole sentences. */
export function revealWords({ preferred, rewardAgrees, preferredFaster }: Reveal): string[] {
  const sentences = [];
  if (preferred !== null) sentences.push(`You preferred ${strategyLabels[preferred]}.`);
  if (rewardAgrees !== null)
    sentences.push(
      rewardAgrees
        ? 'The model that judges agreed with you.'
        : 'The model that judges gave the other answer the higher score.',
    );
  if (preferredFaster !== null)
    sentences.push(
      preferredFaster ? 'You preferred the faster one.' : 'You preferred the slower one.',
    );
  return sentences;
}

/** Votes: whether one is about answers that there are. */
import { randomUUID } from 'node:crypto';
import { WinnowError } from '../../contract/errors.ts';
import type { RunListing } from '../../contract/methods.ts';
import type { NewVote, Vote } from '../../contract/votes.ts';
import type { Store } from '../../store/store.ts';

/**
 * Stores a vote and gives it with its id and time.
 * @throws run-not-found; setting-invalid where a side names no lane of the run, both name one, or the vote that this one
 * repeats is not of this run
 */
export function saveVote(
  store: Pick<Store, 'getListing' | 'addVote'>,
  given: NewVote,
  now = new Date(),
): Vote {
  checkVote(given, store.getListing(given.runId));
  const reasons = [...new Set(given.reasons)];
  const vote = { ...given, reasons, id: randomUUID(), votedAt: now.toISOString() };
  store.addVote(vote);
  return vote;
}

function checkVote({ left, right, repeatOf }: NewVote, run: RunListing | undefined): void {
  if (run === undefined) {
    throw new WinnowError(
      'run-not-found',
      'The run of this vote is not stored, or it was deleted.',
      'Vote on another run.',
    );
  }
  const names = run.lanes.map(({ strategy }) => strategy);
  if (left === right || !names.includes(left) || !names.includes(right)) {
    throw invalid('A vote is about two different strategies of its run.');
  }
  if (repeatOf !== null && !run.votes.some(({ id }) => id === repeatOf)) {
    throw invalid('The vote that this one repeats was taken back, or is about another run.');
  }
}

const invalid = (message: string) =>
  new WinnowError('setting-invalid', message, 'Open the run again, then vote.');

/** What there is to review, from the application. */
import { application } from '../../api/application.ts';
import type { RunListing } from '../../../src-main/contract/methods.ts';
import type { Vote } from '../../../src-main/contract/votes.ts';
import {
  itemOfListing,
  itemOfRecording,
  type ReviewItem,
} from '../../../src-main/domain/review.ts';
import type { VoteBox } from './review-session.svelte.ts';

/** As many as one answer may hold. */
const pageSize = 200;

/** Every finished run that has two chosen answers, the newest first. */
export async function loadReviewItems(): Promise<ReviewItem[]> {
  const items: ReviewItem[] = [];
  let before: string | undefined;
  do {
    const page = before === undefined ? { limit: pageSize } : { limit: pageSize, before };
    const { runs }: { runs: RunListing[] } = await application.call('runs.list', page);
    items.push(...runs.map(itemOfListing).filter((item) => item !== null));
    before = runs.length < pageSize ? undefined : runs.at(-1)?.id;
  } while (before !== undefined);
  return items;
}

/** One run; null where it has no two answers to compare. */
export async function loadReviewItem(id: string): Promise<ReviewItem | null> {
  return itemOfRecording(await application.call('runs.get', { id }));
}

export const storedVotes: VoteBox = {
  save: (vote): Promise<Vote> => application.call('votes.save', vote),
  remove: async (id) => {
    await application.call('votes.delete', { id });
  },
};

/** A number that nobody can foresee. */
export function drawRandom(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}

import { expect, it, vi } from 'vitest';
import type { ReviewItem } from '../../../../../src-main/domain/review.ts';
import { ReviewLists } from '../../../../../src-renderer/features/review/review-lists.svelte.ts';
import { createFakePaint } from '../../helpers/fake-paint.ts';

const oldList: ReviewItem[] = [];
const newList: ReviewItem[] = [];

it('are read once for all changes of a second', () => {
  const paint = createFakePaint();
  const load = vi.fn(() => Promise.resolve(newList));
  const lists = new ReviewLists(load, paint.surroundings);
  lists.refreshSoon();
  lists.refreshSoon();
  paint.pass(10);
  expect(load).toHaveBeenCalledTimes(1);
  lists.refreshSoon();
  paint.pass(500);
  lists.refreshSoon();
  expect(load).toHaveBeenCalledTimes(1);
  paint.pass(500);
  expect(load).toHaveBeenCalledTimes(2);
});

it('are not read for a page that was left', () => {
  const paint = createFakePaint();
  const load = vi.fn(() => Promise.resolve(newList));
  const lists = new ReviewLists(load, paint.surroundings);
  lists.refreshSoon();
  lists.end();
  paint.pass(5000);
  expect(load).not.toHaveBeenCalled();
});

it('keep the newest answer, whichever comes last', async () => {
  const first = Promise.withResolvers<ReviewItem[]>();
  const second = Promise.withResolvers<ReviewItem[]>();
  const load = vi
    .fn<() => Promise<ReviewItem[]>>()
    .mockReturnValueOnce(first.promise)
    .mockReturnValueOnce(second.promise);
  const lists = new ReviewLists(load);
  const both = [lists.read(), lists.read()];
  second.resolve(newList);
  first.resolve(oldList);
  await Promise.all(both);
  expect(lists.items).toBe(newList);
});

it('stay as they were where they cannot be read', async () => {
  const paint = createFakePaint();
  const load = vi
    .fn<() => Promise<ReviewItem[]>>()
    .mockResolvedValueOnce(newList)
    .mockRejectedValue(new Error('The connection is lost'));
  const lists = new ReviewLists(load, paint.surroundings);
  await lists.read();
  lists.refreshSoon();
  paint.pass(1000);
  await expect(lists.read()).rejects.toThrow('The connection is lost');
  expect(lists.items).toBe(newList);
});

import { beforeEach, expect, it, vi } from 'vitest';
import { announcement } from '../../../../src-renderer/state/announcer.svelte.ts';
import { dismissToast, toast, toasts } from '../../../../src-renderer/state/toasts.svelte.ts';

const texts = (): string[] => toasts.shown.map(({ text }) => text);

beforeEach(() => {
  for (const { id } of toasts.shown) dismissToast(id);
});

it('shows a note, says it once, and takes it away again', () => {
  const takeAway = toast({ text: 'Copied.' });
  expect(texts()).toEqual(['Copied.']);
  expect(announcement.current.text).toBe('Copied.');
  takeAway();
  expect(texts()).toEqual([]);
});

it('says the same words again when they happen again', () => {
  toast({ text: 'Copied.' });
  const { turn } = announcement.current;
  toast({ text: 'Copied.' });
  expect(announcement.current).toEqual({ text: 'Copied.', turn: turn + 1 });
});

it('shows three at most, the newest last', () => {
  for (const text of ['1', '2', '3', '4']) toast({ text });
  expect(texts()).toEqual(['2', '3', '4']);
});

it('leaves more time where there is something to do', () => {
  toast({ text: 'plain' });
  toast({ text: 'with something to do', action: { label: 'Undo', run: vi.fn() } });
  const [plain, doable] = toasts.shown;
  expect(doable?.stayMs).toBeGreaterThan(plain?.stayMs ?? Infinity);
});

/** Short notes at the edge of the page that go by themselves, with one thing to do, such as to take a deletion back. */
import { untrack } from 'svelte';
import { announce } from './announcer.svelte.ts';

export interface ToastContent {
  text: string;
  action?: { label: string; run: () => void };
  tone?: 'plain' | 'danger';
  /** How long it stays, in milliseconds; longer than usual where there is something to do. */
  stayMs?: number;
}

export interface Toast extends ToastContent {
  id: number;
  stayMs: number;
}

let shown = $state.raw<Toast[]>([]);
let lastId = 0;

export const toasts = {
  /** Reactive, the oldest first. */
  get shown(): Toast[] {
    return shown;
  },
};

/** Shows a note; gives a function that takes it away again. */
export function toast(content: ToastContent): () => void {
  lastId += 1;
  const id = lastId;
  const stayMs = content.stayMs ?? (content.action === undefined ? 5000 : 10_000);
  shown = [...untrack(() => shown).slice(-2), { ...content, id, stayMs }];
  announce(content.text);
  return () => dismissToast(id);
}

export function dismissToast(id: number): void {
  shown = untrack(() => shown).filter((one) => one.id !== id);
}

/** Scrolls texts that stand side by side together, each in proportion to its own length. */
import type { Attachment } from 'svelte/attachments';

/** Makes an attachment for every text of one view. @param isLinked read at each movement */
export function createLinkedScroll(isLinked: () => boolean): Attachment<HTMLElement> {
  const texts = new Set<HTMLElement>();
  /** Texts that we moved: their own scroll event that follows is not the person's. */
  const moved = new WeakSet<HTMLElement>();
  return (text) => {
    texts.add(text);
    const follow = () => {
      if (moved.delete(text) || !isLinked()) return;
      for (const other of texts)
        if (other !== text && scrollTo(other, shareOf(text))) moved.add(other);
    };
    text.addEventListener('scroll', follow, { passive: true });
    return () => {
      text.removeEventListener('scroll', follow);
      texts.delete(text);
    };
  };
}

type Scrolling = Pick<HTMLElement, 'scrollTop' | 'scrollHeight' | 'clientHeight'>;

/** How far a text is scrolled, from 0 to 1. */
export function shareOf({ scrollTop, scrollHeight, clientHeight }: Scrolling): number {
  const room = scrollHeight - clientHeight;
  return room > 0 ? scrollTop / room : 0;
}

/** Whether that moved it. */
export function scrollTo(text: Scrolling, share: number): boolean {
  const before = text.scrollTop;
  text.scrollTop = Math.round(share * Math.max(0, text.scrollHeight - text.clientHeight));
  return text.scrollTop !== before;
}

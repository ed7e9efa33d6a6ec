/** Keeps with each entry of the browser's history how far its page was scrolled, so that "Back" leads to the same place. */

/** How long a page may take to grow to its old height, in milliseconds. */
const patienceMs = 2000;

interface EntryState {
  scroll?: number;
}

function remembered(): number {
  return (history.state as EntryState | null)?.scroll ?? 0;
}

/** Begins to remember; gives a function that ends it. */
export function rememberScrolling(): () => void {
  history.scrollRestoration = 'manual';
  const remember = (): void => {
    if (remembered() !== scrollY) history.replaceState({ scroll: scrollY }, '');
  };
  document.addEventListener('scrollend', remember);
  return () => document.removeEventListener('scrollend', remember);
}

/**
 * Scrolls to where the page of this history entry was left, or to its top; as the page grows, unless the person scrolls
 * first. Gives a function that ends the waiting.
 */
export function restoreScroll(page: HTMLElement): () => void {
  const wanted = remembered();
  const scroll = (): void => {
    scrollTo({ top: wanted, behavior: 'instant' });
    if (scrollY >= wanted - 1) end();
  };
  const observer = new ResizeObserver(scroll);
  const timer = setTimeout(end, patienceMs);
  function end(): void {
    observer.disconnect();
    clearTimeout(timer);
    removeEventListener('wheel', end);
    removeEventListener('keydown', end);
  }
  addEventListener('wheel', end, { passive: true });
  addEventListener('keydown', end);
  observer.observe(page);
  return end;
}

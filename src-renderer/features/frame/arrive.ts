/** What happens when a page has been opened: those who hear it hear where they are. */

/** Goes with an address whose page is opened to search in it. */
export const searchQuery = { focus: 'search' };

/** Puts the focus into the search field of a page; gives false where it has none. */
export function focusSearch(page: HTMLElement): boolean {
  const field = page.querySelector<HTMLInputElement>('input[type="search"]');
  field?.focus();
  field?.select();
  return field !== null;
}

/** How long a page may take to show its heading before it is no longer waited for, in milliseconds. */
const patienceMs = 5000;

/**
 * Moves the focus to the page's heading; to the page itself while there is no heading yet, and on to it when it comes,
 * unless the person has gone elsewhere meanwhile. Gives a function that ends the waiting.
 */
export function focusHeading(page: HTMLElement): () => void {
  if (focusOn(page.querySelector('h1'))) return () => undefined;
  focusOn(page);
  let frame: number | null = null;
  const observer = new MutationObserver(() => {
    // Giving the focus makes the browser lay out the page, which it does in the next frame anyway.
    frame ??= requestAnimationFrame(look);
  });
  const timer = setTimeout(end, patienceMs);
  function look(): void {
    frame = null;
    if (document.activeElement !== page || focusOn(page.querySelector('h1'))) end();
  }
  function end(): void {
    observer.disconnect();
    clearTimeout(timer);
    if (frame !== null) cancelAnimationFrame(frame);
  }
  observer.observe(page, { childList: true, subtree: true });
  return end;
}

function focusOn(element: HTMLElement | null): boolean {
  if (element === null) return false;
  if (!element.hasAttribute('tabindex')) element.tabIndex = -1;
  element.focus({ preventScroll: true });
  return true;
}

/** Places a panel of the top layer (a menu, a tip) beside what it belongs to, inside the window. */

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Size {
  width: number;
  height: number;
}

const gap = 6;
const margin = 8;

/**
 * Under the anchor, or above it where there is more room; begun at its left or ended at its right side.
 * @param align which sides are in line
 */
export function placeBeside(
  anchor: Box,
  panel: Size,
  viewport: Size,
  align: 'start' | 'end' = 'start',
): { left: number; top: number } {
  const wanted = align === 'start' ? anchor.left : anchor.right - panel.width;
  const left = Math.max(margin, Math.min(wanted, viewport.width - panel.width - margin));
  const below = anchor.bottom + gap;
  const above = anchor.top - gap - panel.height;
  const fitsBelow = below + panel.height + margin <= viewport.height;
  const top = fitsBelow || above < margin ? below : above;
  return { left, top: Math.max(margin, top) };
}

/** Shows a popover beside an element. */
export function showBeside(panel: HTMLElement, anchor: Element, align?: 'start' | 'end'): void {
  panel.showPopover();
  const { left, top } = placeBeside(
    anchor.getBoundingClientRect(),
    panel.getBoundingClientRect(),
    { width: document.documentElement.clientWidth, height: window.innerHeight },
    align,
  );
  panel.style.setProperty('left', `${left}px`);
  panel.style.setProperty('top', `${top}px`);
}

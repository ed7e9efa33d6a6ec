/** Goes through a page with the Tab key as a person does who uses no mouse. */
import type { Page } from 'playwright-core';

export interface TabbedThrough {
  /** Controls that Tab never came to. */
  missed: string[];
  /** Controls on which one could not see that they have the focus. */
  unseen: string[];
}

/** No page has so many controls: who presses Tab that often is trapped. */
const mostStops = 600;

/** @throws where Tab never comes back to the beginning */
export async function tabThrough(page: Page): Promise<TabbedThrough> {
  await page.evaluate(beginTour);
  for (let stop = 0; stop < mostStops; stop += 1) {
    await page.keyboard.press('Tab');
    if (!(await page.evaluate(noteStop))) return page.evaluate(endTour);
  }
  throw new Error(`Tab did not come out of the page within ${mostStops} stops`);
}

interface Tour {
  /** The body stands for the place between the last control and the first. */
  visited: Set<Element>;
  unseen: string[];
}

/** Runs in the page. */
function beginTour(): void {
  const tour: Tour = { visited: new Set(), unseen: [] };
  Reflect.set(globalThis, 'tour', tour);
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  getSelection()?.removeAllRanges();
}

/** Runs in the page: whether this is a stop that was not there before. */
function noteStop(): boolean {
  const { visited, unseen } = Reflect.get(globalThis, 'tour') as Tour;
  const here = document.activeElement;
  if (here === null || visited.has(here)) return false;
  visited.add(here);
  if (here === document.body) return true;
  const box = here.getBoundingClientRect();
  const isInView =
    box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  // A control that is hidden behind its picture shows the ring on that.
  const ringed = [here, here.nextElementSibling, here.parentElement, here.closest('label')];
  const isMarked = ringed.some((element) => {
    if (element === null) return false;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
  });
  if (!isInView || !isMarked) unseen.push(here.outerHTML.slice(0, 200));
  return true;
}

/** Runs in the page. */
function endTour(): TabbedThrough {
  const { visited, unseen } = Reflect.get(globalThis, 'tour') as Tour;
  const controls = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
  const missed = Array.from(document.querySelectorAll<HTMLElement>(controls)).filter((control) => {
    if (visited.has(control) || control.matches(':disabled') || control.tabIndex < 0) return false;
    if (!control.checkVisibility({ visibilityProperty: true }) || control.closest('[inert]'))
      return false;
    // Of a group of choices Tab reaches one; the arrow keys reach the others.
    const group =
      control instanceof HTMLInputElement && control.type === 'radio' ? control.name : '';
    return group === '' || !Array.from(visited).some((one) => one.getAttribute('name') === group);
  });
  return { missed: missed.map((control) => control.outerHTML.slice(0, 200)), unseen };
}

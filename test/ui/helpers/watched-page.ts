/** A page with everything that went wrong on it: refused by the policy, thrown, logged as an error, or asked of strangers. */
import type { Page } from 'playwright-core';

export interface WatchedPage {
  page: Page;
  /** What went wrong until now. */
  readonly faults: string[];
}

/** Begins to watch, before the page goes anywhere. @param expected errors that the test provokes */
export async function watch(page: Page, expected: readonly RegExp[]): Promise<WatchedPage> {
  const faults: string[] = [];
  const add = (fault: string): void => {
    if (!expected.some((pattern) => pattern.test(fault))) faults.push(fault);
  };
  page.on('console', (message) => {
    if (['error', 'warning', 'assert'].includes(message.type())) add(message.text());
  });
  page.on('pageerror', (error) => add(error.stack ?? error.message));
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') add(`asked ${request.url()}`);
  });
  await page.addInitScript(tellRefusals);
  await page.addInitScript(listen);
  return { page, faults };
}

/** What a person with a screen reader was told without asking, since the page was loaded. */
export const heardOn = (page: Page): Promise<string[]> =>
  page.evaluate(() => Reflect.get(globalThis, 'heard') as string[]);

/** Runs in the page. */
function tellRefusals(): void {
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
    console.error(`refused by ${violatedDirective}: ${blockedURI} ${sample}`);
  });
}

/** Runs in the page: notes what is written into a live region. */
function listen(): void {
  const live = '[aria-live]:not([aria-live="off"]), [role="status"], [role="alert"], [role="log"]';
  const heard: string[] = [];
  Reflect.set(globalThis, 'heard', heard);
  const regionsOf = (node: Node): Element[] => {
    const element = node instanceof Element ? node : node.parentElement;
    const around = element?.closest(live);
    return around ? [around] : Array.from(element?.querySelectorAll(live) ?? []);
  };
  new MutationObserver((changes) => {
    const nodes = changes.flatMap(({ type, target, addedNodes }) =>
      type === 'characterData' ? [target] : Array.from(addedNodes),
    );
    for (const region of new Set(nodes.flatMap(regionsOf))) {
      const text = region.textContent.trim();
      if (text !== '') heard.push(text);
    }
  }).observe(document, { childList: true, characterData: true, subtree: true });
}

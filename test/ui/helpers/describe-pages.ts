/**
 * A file of page tests, with the real application behind the pages. A page on which something is refused by the content
 * security policy, thrown or logged as an error fails its test; a test that fails leaves a screenshot.
 */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject } from 'vitest';
import { PagesSession, type WinnowOptions } from './pages-session.ts';

/** Kept by the continuous integration, never compared. */
export const screenshotFolder = join(import.meta.dirname, '../screenshots');

export const fileNameOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 100);

/** @param tests gets the session, whose Winnow is there once a test runs */
export function describePages(
  title: string,
  options: WinnowOptions,
  tests: (session: PagesSession) => void,
): void {
  const pages = inject('pages');
  if ('missing' in pages) {
    describe.skip(`${title} (skipped, no browser: ${pages.missing})`, () => {
      tests(new PagesSession({ endpoint: '', recorded: noRuns }, options));
    });
    return;
  }
  describe(title, () => {
    const session = new PagesSession(pages, options);
    beforeAll(() => session.begin());
    afterAll(() => session.end());
    afterEach(async ({ task }) => {
      if (task.result?.state === 'fail') await keepFailure(session, `${title} ${task.name}`);
      expect(await session.endTest()).toEqual([]);
    });
    tests(session);
  });
}

const noRuns = { folder: '', generator: '', reward: '', database: '' };

async function keepFailure(session: PagesSession, title: string): Promise<void> {
  for (const [place, page] of session.openPages.entries()) {
    const path = join(screenshotFolder, 'failed', `${fileNameOf(title)}-${place}.png`);
    // A page that has died cannot be looked at; the test's own fault is what counts.
    await page.screenshot({ path }).catch(() => undefined);
  }
}

/**
 * Takes the pictures of the README: a real comparison with the built-in models, before, while and after it runs, in both
 * themes. Run it on a quiet machine.
 *
 *     npm run readme-images
 */
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { openBrowser } from './helpers/browser.ts';
import { serveWinnow } from './helpers/served-winnow.ts';
import { ComparePage } from './pages/compare-page.ts';
import { RunPage } from './pages/run-page.ts';

const folder = fileURLToPath(new URL('../../docs/images', import.meta.url));
const prompt = 'Give me three tips for sleeping better.';
/** Long enough for a comparison on a slow machine, in milliseconds. */
const patience = 300_000;

const browser = await openBrowser();
try {
  for (const theme of ['light', 'dark'] as const) await take(browser, theme);
} finally {
  await browser.close();
}

async function take(browser: Browser, theme: 'light' | 'dark'): Promise<void> {
  const winnow = await serveWinnow({ preferences: { theme } });
  const page = await browser.newPage({
    viewport: { width: 1360, height: 900 },
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  page.setDefaultTimeout(patience);
  const picture = async (name: string): Promise<void> => {
    await page.mouse.move(0, 0);
    await page.screenshot({ path: `${folder}/${name}-${theme}.png` });
    console.log(`${name}, ${theme}`);
  };
  try {
    await page.goto(winnow.address);
    const form = new ComparePage(page);
    await page.goto(`${winnow.origin}/#/compare`);
    await form.heading.waitFor();
    await form.prompt.fill(prompt);
    await picture('before');
    await form.run.click();
    const run = new RunPage(page);
    await run.card('Speculative Rejection', 0).waitFor();
    await run
      .lane('Speculative Rejection')
      .getByText(/^stopped at/)
      .first()
      .waitFor();
    await picture('during');
    await run.runAgain.waitFor();
    await run.sentence.waitFor();
    await picture('after');
  } finally {
    await page.close();
    await winnow.close();
  }
}

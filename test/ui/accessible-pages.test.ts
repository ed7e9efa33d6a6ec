/** Every page that shows no run, in each of its states: accessible and in order, in both themes, wide and narrow. */
import { join } from 'node:path';
import { it } from 'vitest';
import type { Page } from 'playwright-core';
import { describePages } from './helpers/describe-pages.ts';
import { examine } from './helpers/examine.ts';
import type { PagesSession, WinnowOptions } from './helpers/pages-session.ts';
import { recordedPrompts } from './helpers/recorded-runs.ts';
import { ComparePage } from './pages/compare-page.ts';
import { ExportDialog } from './pages/export-dialog.ts';
import { FramePage } from './pages/frame-page.ts';
import { HistoryPage } from './pages/history-page.ts';
import { ModelsPage } from './pages/models-page.ts';
import { ReviewPage } from './pages/review-page.ts';
import { SettingsPage } from './pages/settings-page.ts';

interface State {
  name: string;
  path: string;
  /** A Winnow of its own, where the state is not that of the file's. */
  winnow?: WinnowOptions;
  expected?: RegExp[];
  /** Does what leads to the state, and waits for it. */
  reach: (page: Page, session: PagesSession) => Promise<void>;
}

const headed =
  (heading: string | RegExp) =>
  (page: Page): Promise<void> =>
    page.getByRole('heading', { level: 1, name: heading }).waitFor();

const states: State[] = [
  { name: 'welcome', path: '/welcome', reach: headed('Better answers') },
  {
    name: 'this computer',
    path: '/this-computer',
    async reach(page) {
      await page.getByText('Writes the answers').waitFor();
      await page
        .getByText(/we will use|is used|chosen/i)
        .first()
        .waitFor();
    },
  },
  { name: 'form', path: '/compare', reach: headed('New comparison') },
  {
    name: 'form with every number',
    path: '/compare',
    async reach(page) {
      const form = new ComparePage(page);
      await form.more.click();
      await form.number('Seed').waitFor();
    },
  },
  {
    name: 'form with faults',
    path: '/compare',
    async reach(page) {
      const form = new ComparePage(page);
      await form.more.click();
      await form.number('Temperature').fill('-1');
      await form.number('Answers').fill('0');
      await form.run.click();
      await page.getByText('Choose a number from 0 to 10.').waitFor();
    },
  },
  {
    name: 'form with a help tip',
    path: '/compare',
    async reach(page) {
      await page.getByRole('button', { name: 'What is “How strict”?' }).focus();
      await page.getByRole('tooltip').filter({ hasText: 'Alpha' }).waitFor();
    },
  },
  {
    name: 'menu of models',
    path: '/compare',
    async reach(page) {
      await page.getByRole('button', { name: 'Change the model that writes' }).click();
      await page.getByRole('menuitem', { name: 'Open a model…' }).waitFor();
    },
  },
  {
    name: 'history',
    path: '/history',
    reach: (page) => new HistoryPage(page).link(recordedPrompts.rain).waitFor(),
  },
  {
    name: 'history without a match',
    path: '/history',
    async reach(page) {
      await new HistoryPage(page).search.fill('volcano');
      await page.getByText('No run matches “volcano”.').waitFor();
    },
  },
  {
    name: 'history that is empty',
    path: '/history',
    winnow: {},
    reach: (page) => page.getByText('No comparisons yet.').waitFor(),
  },
  {
    name: 'export',
    path: '/history',
    async reach(page) {
      await new HistoryPage(page).search.fill('rain');
      await new HistoryPage(page).export.click();
      await new ExportDialog(page).dialog
        .getByText(/\d rows/)
        .first()
        .waitFor();
    },
  },
  { name: 'models', path: '/models', reach: headed('Models') },
  {
    name: 'model that works',
    path: '/models',
    async reach(page, { recorded }) {
      const picker = await new ModelsPage(page).open('write');
      await picker.lookAt(recorded.generator);
      await picker.use.waitFor();
    },
  },
  {
    name: 'model that does not work',
    path: '/models',
    async reach(page, { recorded }) {
      const picker = await new ModelsPage(page).open('judge');
      await picker.lookAt(recorded.generator);
      await picker.found.waitFor();
    },
  },
  {
    name: 'model that is missing',
    path: '/models',
    async reach(page, { recorded }) {
      const picker = await new ModelsPage(page).open('write');
      await picker.lookAt(join(recorded.folder, 'missing.gguf'));
      await picker.error.waitFor();
    },
  },
  { name: 'review', path: '/review', reach: (page) => new ReviewPage(page).prompt.waitFor() },
  {
    name: 'review with names',
    path: '/review',
    winnow: { withRuns: true },
    async reach(page) {
      await page.getByRole('switch', { name: 'Tell the names after each vote' }).check();
      await new ReviewPage(page).vote('About equal').click();
      await page.getByRole('textbox', { name: /note/i }).waitFor();
    },
  },
  {
    name: 'review at its end',
    path: '/review',
    winnow: { withRuns: true },
    async reach(page) {
      const review = new ReviewPage(page);
      await review.prompt.waitFor();
      for (const key of ['1', 'Enter', '4', 'Enter']) await page.keyboard.press(key);
      await review.end(/^That was all/).waitFor();
    },
  },
  {
    name: 'review without runs',
    path: '/review',
    winnow: {},
    reach: (page) => page.getByText('Nothing to review').waitFor(),
  },
  {
    name: 'settings',
    path: '/settings',
    async reach(page) {
      await new SettingsPage(page).heading.waitFor();
      await page.getByText('Trying what can compute here…').waitFor({ state: 'hidden' });
    },
  },
  {
    name: 'about',
    path: '/about',
    async reach(page) {
      await page
        .getByText(/^svelte \d/)
        .first()
        .click();
      await page.getByRole('region', { name: 'Licence of svelte', exact: true }).waitFor();
    },
  },
  {
    name: 'shortcuts',
    path: '/history',
    async reach(page) {
      await (await new FramePage(page).openShortcuts()).waitFor();
    },
  },
  { name: 'page that is not there', path: '/nowhere', reach: headed('Page not found') },
  {
    name: 'run that is not there',
    path: '/run/none',
    reach: (page) => page.getByRole('alert').waitFor(),
  },
  {
    name: 'connection lost',
    path: '/history',
    winnow: {},
    expected: [/WebSocket|ERR_/],
    async reach(page, session) {
      await page.getByText('No comparisons yet.').waitFor();
      await session.furthest.kill();
      await new FramePage(page).lostBanner.waitFor();
    },
  },
];

describePages('Pages', { withRuns: true }, (session) => {
  it.each(states)('$name', async ({ name, path, winnow, expected = [], reach }) => {
    const own = winnow === undefined ? {} : { winnow: await session.serve(winnow) };
    const page = await session.open({ path, expected, reducedMotion: 'reduce', ...own });
    await reach(page, session);
    await examine(page, name);
  });
});

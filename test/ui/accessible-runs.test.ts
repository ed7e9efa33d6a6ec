/** A run in each of its states, live and recorded: accessible and in order, in both themes, wide and narrow. */
import { it } from 'vitest';
import type { Page } from 'playwright-core';
import { describePages } from './helpers/describe-pages.ts';
import { examine, keepScreenshot } from './helpers/examine.ts';
import type { OpenOptions } from './helpers/pages-session.ts';
import { longRun, recordedPrompts } from './helpers/recorded-runs.ts';
import { ComparePage } from './pages/compare-page.ts';
import { HistoryPage } from './pages/history-page.ts';
import { RunPage } from './pages/run-page.ts';

const { many, snow, moon } = recordedPrompts;

interface State {
  name: string;
  prompt: string;
  /** Does what leads to the state, and waits for it. */
  reach: (run: RunPage, page: Page) => Promise<void>;
}

const states: State[] = [
  { name: 'finished', prompt: moon, reach: (run) => run.answers.waitFor() },
  { name: 'finished with the same answer', prompt: snow, reach: (run) => run.answers.waitFor() },
  {
    name: 'replay in the middle',
    prompt: moon,
    async reach(run) {
      await run.moment.press('Home');
      for (let step = 0; step < 30; step += 1) await run.moment.press('ArrowRight');
      await run.answers.waitFor({ state: 'hidden' });
    },
  },
  {
    name: 'charts as tables',
    prompt: moon,
    async reach(run) {
      const buttons = run.charts.getByRole('button', { name: 'Show as table' });
      await buttons.first().waitFor();
      for (const button of await buttons.all()) await button.click();
    },
  },
  {
    name: 'one answer',
    prompt: moon,
    async reach(run) {
      await run.card('Best-of-N', 1).click();
      await run.answerDialog.waitFor();
    },
  },
  {
    name: 'two answers',
    prompt: moon,
    async reach(run, page) {
      const picks = run.answers.getByRole('checkbox');
      await picks.nth(0).check();
      await picks.nth(1).check();
      await page
        .getByRole('group', { name: 'Compare two answers' })
        .getByRole('button', { name: /^Compare/ })
        .click();
      await page.getByRole('dialog', { name: 'Two answers side by side' }).waitFor();
    },
  },
  {
    name: 'what matches is marked',
    prompt: moon,
    reach: (_run, page) => page.getByRole('switch', { name: 'Mark what matches' }).check(),
  },
  {
    name: 'one lane alone',
    prompt: moon,
    async reach(run) {
      await run.lane('Best-of-N').getByRole('button', { name: 'Show Best-of-N alone' }).click();
      await run.lane('Speculative Rejection').waitFor({ state: 'hidden' });
    },
  },
];

describePages('Runs', { withRuns: true, settings: { ...longRun, candidates: 32 } }, (session) => {
  it.each(states)('$name', async ({ name, prompt, reach }) => {
    const page = await session.open({ path: '/history', reducedMotion: 'reduce' });
    await new HistoryPage(page).link(prompt).click();
    const run = new RunPage(page);
    await run.charts.getByRole('img').first().waitFor();
    await reach(run, page);
    await examine(page, name);
  });

  it('the sample', async () => {
    const page = await session.open({ path: '/sample', reducedMotion: 'reduce' });
    const run = new RunPage(page);
    await run.replayButton('Pause').click();
    for (let step = 0; step < 30; step += 1) await run.moment.press('ArrowRight');
    await run.charts.getByRole('img').first().waitFor();
    await examine(page, 'sample');
    await run.moment.press('End');
    await run.answers.waitFor();
    await examine(page, 'sample at its end');
  });

  it('live', async () => {
    const winnow = await session.serve({ settings: { ...longRun, candidates: 64 } });
    await examine(await beginRun({ winnow }), 'live');
  });

  it('stopped', async () => {
    const page = await beginRun();
    const run = new RunPage(page);
    await run.stop.click();
    await run.answers.waitFor();
    await examine(page, 'stopped');
  });

  it('many answers, which are looked at by people only', async () => {
    const page = await session.open({ path: '/history' });
    await new HistoryPage(page).link(many).click();
    await new RunPage(page).answers.waitFor();
    await keepScreenshot(page, 'many answers');
  });

  /** A run that has written something. */
  async function beginRun(options: OpenOptions = {}): Promise<Page> {
    const page = await session.open({ path: '/compare', reducedMotion: 'reduce', ...options });
    await new ComparePage(page).compare('Tell me about the sea.');
    const run = new RunPage(page);
    await run.charts.getByRole('img').first().waitFor();
    await run.isWriting();
    return page;
  }

  it('a run that failed', async () => {
    const page = await session.open({ path: '/compare', reducedMotion: 'reduce' });
    const form = new ComparePage(page);
    await form.comeToForm();
    await form.choice('Memory', 'A number').check();
    await form.number('Memory in megabytes').fill('0.001');
    await form.compare('Tell me about the sea.');
    await page.getByRole('button', { name: /^Run with/ }).waitFor();
    await examine(page, 'failed');
  });
});

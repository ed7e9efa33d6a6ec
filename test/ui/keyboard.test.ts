/** Everything by keyboard alone: no trap, nothing left out, and the focus always to be seen. */
import { expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { describePages } from './helpers/describe-pages.ts';
import { recordedPrompts } from './helpers/recorded-runs.ts';
import { tabThrough } from './helpers/tab-through.ts';
import { showsText } from './helpers/waiting.ts';
import { ComparePage } from './pages/compare-page.ts';
import { FramePage } from './pages/frame-page.ts';
import { HistoryPage } from './pages/history-page.ts';
import { RunPage } from './pages/run-page.ts';

const { many, moon, rain } = recordedPrompts;

describePages('By keyboard', { withRuns: true, preferences: { showNumbers: true } }, (session) => {
  const places: { name: string; path: string; ready: (page: Page) => Promise<void> }[] = [
    {
      name: 'the form',
      path: '/compare',
      ready: (page) => new ComparePage(page).number('Seed').waitFor(),
    },
    {
      name: 'the history',
      path: '/history',
      ready: (page) => new HistoryPage(page).link(rain).waitFor(),
    },
    {
      name: 'the review',
      path: '/review',
      ready: (page) => page.getByRole('article').first().waitFor(),
    },
    {
      name: 'the models',
      path: '/models',
      ready: (page) => new FramePage(page).arriveAt('Models'),
    },
    {
      name: 'the settings',
      path: '/settings',
      ready: (page) => new FramePage(page).arriveAt('Settings'),
    },
  ];

  it.each(places)(
    'reaches every control of $name, sees where it is, and comes out again',
    async ({ path, ready }) => {
      const page = await session.open({ path });
      await ready(page);
      const { missed, unseen } = await tabThrough(page);
      expect(missed).toEqual([]);
      expect(unseen).toEqual([]);
    },
  );

  it('reaches every control of a run', async () => {
    const page = await session.open({ path: '/history' });
    const link = new HistoryPage(page).link(moon);
    await link.focus();
    await page.keyboard.press('Enter');
    const run = new RunPage(page);
    await run.answers.waitFor();
    await run.charts.getByRole('button').first().waitFor();
    const { missed, unseen } = await tabThrough(page);
    expect(missed).toEqual([]);
    expect(unseen).toEqual([]);
  });

  it('writes a prompt, runs it, reads an answer, and goes on to a new one', async () => {
    const page = await session.open({ path: '/compare' });
    const form = new ComparePage(page);
    await form.heading.waitFor();
    await form.prompt.focus();
    await page.keyboard.type('What is rain?');
    await page.keyboard.press('Control+Enter');
    const run = new RunPage(page);
    await run.answers.waitFor();
    await run.card('Best-of-N', 0).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await run.answerDialog.getByRole('heading', { name: 'Answer #1 of Best-of-N' }).waitFor();
    await page.keyboard.press('Escape');
    await run.answerDialog.waitFor({ state: 'hidden' });
    await expect
      .poll(() => run.card('Best-of-N', 1).evaluate((it) => it === document.activeElement))
      .toBe(true);
    await page.keyboard.press('n');
    await form.heading.waitFor();
    await page.keyboard.press('Control+,');
    await new FramePage(page).arriveAt('Settings');
    await page.keyboard.press('n');
    await form.heading.waitFor();
  });

  it('shows one lane alone with F, and both again with Escape', async () => {
    const page = await session.open({ path: '/history' });
    await new HistoryPage(page).link(moon).press('Enter');
    const run = new RunPage(page);
    await run.lane('Speculative Rejection').waitFor();
    await page.keyboard.press('f');
    await run.lane('Speculative Rejection').waitFor({ state: 'hidden' });
    // A tip that is open, though only pointed at, is what Escape closes first.
    const help = run.lane('Best-of-N').getByRole('button', { name: /^What is/ });
    const tip = page.getByRole('tooltip').filter({ visible: true });
    const pointAt = async (): Promise<boolean> => {
      // A page that still scrolls closes its tips.
      await page.mouse.move(0, 0);
      await help.first().hover();
      return tip.isVisible();
    };
    await expect.poll(pointAt).toBe(true);
    await page.keyboard.press('Escape');
    await tip.waitFor({ state: 'hidden' });
    expect(await run.lane('Speculative Rejection').count()).toBe(0);
    await page.keyboard.press('Escape');
    await run.lane('Speculative Rejection').waitFor();
  });

  it('marks what both answers share with D', async () => {
    const page = await session.open({ path: '/history' });
    await new HistoryPage(page).link(moon).press('Enter');
    const mark = page.getByRole('switch', { name: /^Mark what/ });
    await mark.waitFor();
    await page.keyboard.down('d');
    // Held, it comes again and again.
    await page.keyboard.down('d');
    await page.keyboard.up('d');
    await expect.poll(() => mark.isChecked()).toBe(true);
    await page.keyboard.press('d');
    await expect.poll(() => mark.isChecked()).toBe(false);
  });

  it('steps through the history with J and K, and opens a run with Enter', async () => {
    const page = await session.open({ path: '/history' });
    await new HistoryPage(page).link(many).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    const focused = await new FramePage(page).focused.textContent();
    await page.keyboard.press('Enter');
    await showsText(new RunPage(page).heading, focused ?? '');
  });

  it('closes a dialog with Escape, and gives the focus back', async () => {
    const page = await session.open({ path: '/history' });
    const history = new HistoryPage(page);
    await history.link(rain).waitFor();
    await history.export.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Export to CSV' });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await history.export.evaluate((it) => it === document.activeElement)).toBe(true);
  });
});

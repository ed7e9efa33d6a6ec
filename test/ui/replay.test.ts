/** A recorded run plays again: with its true timing, faster, or by hand; and everything about it can be looked at. */
import { expect, it } from 'vitest';
import type { Page, WebSocketRoute } from 'playwright-core';
import { describePages } from './helpers/describe-pages.ts';
import type { OpenOptions } from './helpers/pages-session.ts';
import { recordedPrompts } from './helpers/recorded-runs.ts';
import { showsText } from './helpers/waiting.ts';
import { FramePage } from './pages/frame-page.ts';
import { HistoryPage } from './pages/history-page.ts';
import { RunPage } from './pages/run-page.ts';

describePages('A recorded run', { withRuns: true }, (session) => {
  async function open(
    prompt: string,
    options: OpenOptions = {},
  ): Promise<{ page: Page; run: RunPage }> {
    const page = await session.open({ path: '/history', ...options });
    await new HistoryPage(page).link(prompt).click();
    const run = new RunPage(page);
    await run.replay.waitFor();
    return { page, run };
  }

  /** The sample lasts many seconds, which the tiny models' runs do not; it plays at once. */
  async function openSample(): Promise<RunPage> {
    const run = new RunPage(await session.open({ path: '/sample' }));
    await run.replay.waitFor();
    return run;
  }

  it('opens with its result', async () => {
    const { run } = await open(recordedPrompts.moon);
    await run.status('Finished').waitFor();
    expect(await run.heading.textContent()).toBe(recordedPrompts.moon);
    expect(await run.sentence.textContent()).toMatch(/score/);
    await showsText(run.answers, /16 of 16 shown/);
  });

  it('plays from its start to its end, and again', async () => {
    const run = await openSample();
    await run.speed(4).check();
    await run.replayButton('Replay').click();
    await run.replayButton('Pause').waitFor();
    await run.answers.waitFor({ state: 'hidden' });
    await run.replayButton('Replay').waitFor();
    await run.answers.waitFor();
  });

  it('goes to any moment by hand, and shows that moment', async () => {
    const { run } = await open(recordedPrompts.many);
    await run.moment.press('Home');
    await run.answers.waitFor({ state: 'hidden' });
    expect(await run.writing('Best-of-N')).toBe(0);
    for (let step = 0; step < 20; step += 1) await run.moment.press('ArrowRight');
    await expect.poll(() => run.writing('Best-of-N')).toBeGreaterThan(0);
    expect(await run.moment.getAttribute('aria-valuetext')).toMatch(/ of /);
    await run.moment.press('End');
    await run.answers.waitFor();
  });

  it('stays as it is shown when the connection breaks for a moment', async () => {
    const winnow = await session.serve({ withRuns: true });
    const page = await session.openBlank();
    const sockets: WebSocketRoute[] = [];
    await page.routeWebSocket(/\/connect$/, (socket) => {
      socket.connectToServer();
      sockets.push(socket);
    });
    await page.goto(winnow.address);
    await new FramePage(page).goTo('History');
    await new HistoryPage(page).link(recordedPrompts.many).click();
    const run = new RunPage(page);
    await run.moment.press('Home');
    await run.answers.waitFor({ state: 'hidden' });
    await run.moment.evaluate((line) => Reflect.set(globalThis, 'lineBefore', line));
    await sockets[0]?.close();
    await expect.poll(() => sockets.length).toBe(2);
    await new FramePage(page).lostBanner.waitFor({ state: 'hidden' });
    const isSame = await run.moment.evaluate(
      (line) => Reflect.get(globalThis, 'lineBefore') === line,
    );
    expect(isSame).toBe(true);
    expect(await run.moment.inputValue()).toBe('0');
  });

  it('plays and pauses with the space bar', async () => {
    const run = await openSample();
    await run.replayButton('Pause').waitFor();
    await run.moment.press(' ');
    await run.replayButton('Play').waitFor();
    await run.moment.press(' ');
    await run.replayButton('Pause').waitFor();
  });

  it('shows the charts as tables, which say what the pictures say', async () => {
    const { page, run } = await open(recordedPrompts.moon);
    await run.charts.waitFor();
    const buttons = run.charts.getByRole('button', { name: 'Show as table' });
    await buttons.first().waitFor();
    expect(await run.charts.getByRole('img').count()).toBe(await buttons.count());
    for (const button of await buttons.all()) await button.click();
    expect(await run.charts.getByRole('img').count()).toBe(0);
    expect(await run.charts.getByRole('table').count()).toBe(await buttons.count());
    const saved = page.waitForEvent('download');
    await run.charts.getByRole('button', { name: 'Save CSV' }).first().click();
    expect((await saved).suggestedFilename()).toMatch(/\.csv$/);
  });

  it('covers nothing that has the focus', async () => {
    const { run } = await open(recordedPrompts.moon);
    await run.charts.waitFor();
    const button = run.charts.getByRole('button', { name: 'Save CSV' }).first();
    const bottom = await button.evaluate(focusBehindBar);
    const top = await run.replay.evaluate((bar) => bar.getBoundingClientRect().top);
    expect(bottom).toBeLessThanOrEqual(top);
  });

  it('draws the same charts for those who want nothing to move', async () => {
    const pictures = [];
    for (const reducedMotion of ['no-preference', 'reduce'] as const) {
      const { page, run } = await open(recordedPrompts.moon, { reducedMotion });
      await run.charts.getByRole('img').first().waitFor();
      pictures.push(await drawnCharts(page));
    }
    expect(pictures[0]).toHaveLength(5);
    expect(pictures[1]).toEqual(pictures[0]);
  });

  it('opens an answer whole, and goes on to the next ones and to the other lane', async () => {
    const { page, run } = await open(recordedPrompts.moon);
    await run.card('Best-of-N', 2).click();
    const { answerDialog } = run;
    await answerDialog.getByRole('heading', { name: 'Answer #2 of Best-of-N' }).waitFor();
    await page.keyboard.press('j');
    await answerDialog.getByRole('heading', { name: 'Answer #3 of Best-of-N' }).waitFor();
    await answerDialog.getByRole('button', { name: 'Show it there' }).click();
    await answerDialog
      .getByRole('heading', { name: 'Answer #3 of Speculative Rejection' })
      .waitFor();
    await page.keyboard.press('Escape');
    await answerDialog.waitFor({ state: 'hidden' });
  });

  it('sorts and filters the table of answers, and compares any two', async () => {
    const { page, run } = await open(recordedPrompts.moon);
    const { answers } = run;
    await answers.getByRole('button', { name: 'Words', exact: true }).click();
    const sorted = answers.locator('[aria-sort="descending"], [aria-sort="ascending"]');
    await showsText(sorted, /^\s*Words/);
    await answers.getByRole('combobox', { name: 'State' }).selectOption({ label: 'Stopped early' });
    await expect.poll(() => answers.getByRole('row').count()).toBeLessThan(17);
    const picks = answers.getByRole('checkbox');
    await picks.nth(0).check();
    await picks.nth(1).check();
    await page
      .getByRole('group', { name: 'Compare two answers' })
      .getByRole('button', { name: /^Compare/ })
      .click();
    await page.getByRole('dialog', { name: 'Two answers side by side' }).waitFor();
  });
});

/** The pictures of all charts, each brought into sight: nothing is drawn before. */
async function drawnCharts(page: Page): Promise<string[]> {
  const pictures: string[] = [];
  for (const canvas of await page.locator('canvas').all()) {
    await canvas.scrollIntoViewIfNeeded();
    await expect.poll(() => canvas.evaluate(isDrawnOn)).toBe(true);
    pictures.push(await canvas.evaluate(pictureOn));
  }
  return pictures;
}

// These run in the page.
/** Scrolls something to where the replay bar is, then gives it the focus. @returns where it ends on the screen */
const focusBehindBar = (element: HTMLElement | SVGElement): number => {
  const below = element.getBoundingClientRect().bottom + 30 - innerHeight;
  scrollBy({ top: below, behavior: 'instant' });
  element.focus();
  return element.getBoundingClientRect().bottom;
};
const isDrawnOn = (canvas: HTMLElement | SVGElement): boolean => {
  if (!(canvas instanceof HTMLCanvasElement)) return false;
  const blank = document.createElement('canvas');
  blank.width = canvas.width;
  blank.height = canvas.height;
  return canvas.toDataURL() !== blank.toDataURL();
};
/** Lines over a chart are drawn a frame after it. */
const pictureOn = async (canvas: HTMLElement | SVGElement): Promise<string> => {
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  return canvas instanceof HTMLCanvasElement ? canvas.toDataURL() : '';
};

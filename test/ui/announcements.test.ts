/** What a person hears who does not see the pages: where they are, and that a run started, stopped answers, and finished. */
import { expect, it } from 'vitest';
import { describePages } from './helpers/describe-pages.ts';
import { heardOn } from './helpers/watched-page.ts';
import { ComparePage } from './pages/compare-page.ts';
import { FramePage, type Destination } from './pages/frame-page.ts';
import { RunPage } from './pages/run-page.ts';

describePages('What is said aloud', { withRuns: true }, (session) => {
  it('names each page, and moves the focus to its heading', async () => {
    const page = await session.open({ path: '/compare' });
    const frame = new FramePage(page);
    await frame.arriveAt('New comparison');
    const places: Destination[] = ['History', 'Review', 'Models', 'Settings', 'New comparison'];
    for (const name of places) {
      await frame.goTo(name);
      await frame.arriveAt(name);
      await expect.poll(() => frame.focused.textContent()).toBe(name);
      expect(await page.title()).toBe(`${name} – Winnow`);
    }
  });

  it('leads from the skip link to the page', async () => {
    const page = await session.open({ path: '/history' });
    const frame = new FramePage(page);
    await frame.arriveAt('History');
    await page.keyboard.press('Tab');
    expect(await frame.focused.textContent()).toMatch(/Skip/);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    const focused = page.getByRole('main').locator(':focus');
    await focused.waitFor();
  });

  it('tells the start, the decisions and the end of a run, and none of its words', async () => {
    const page = await session.open({ path: '/compare' });
    await new ComparePage(page).compare('What is rain?');
    await new RunPage(page).status('Finished').waitFor();
    await expect.poll(() => heardOn(page)).toContain('The run has finished.');
    const heard = await heardOn(page);
    expect(heard[0]).toBe('The run has started.');
    const decisions = heard.slice(1, -1);
    expect(decisions.length).toBeGreaterThan(0);
    for (const said of decisions) {
      expect(said).toMatch(/^\d+ of \d+ answers stopped early at \d+ tokens\.$/);
    }
  });

  it('moves the focus from Run to the heading of the run', async () => {
    const page = await session.open({ path: '/compare' });
    await new ComparePage(page).compare('What is fog?');
    await expect.poll(() => new FramePage(page).focused.textContent()).toBe('What is fog?');
    await new RunPage(page).status('Finished').waitFor();
  });
});

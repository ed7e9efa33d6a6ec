/** A comparison from the form to its result, with the real application and tiny models. */
import { expect, it } from 'vitest';
import { describePages } from './helpers/describe-pages.ts';
import { showsText } from './helpers/waiting.ts';
import { ComparePage } from './pages/compare-page.ts';
import { FramePage } from './pages/frame-page.ts';
import { HistoryPage } from './pages/history-page.ts';
import { laneNames, RunPage } from './pages/run-page.ts';

describePages('A comparison', {}, (session) => {
  it('goes from the prompt to one sentence, two answers and a table of all', async () => {
    const page = await session.open();
    await new ComparePage(page).compare('What is rain?');
    const run = new RunPage(page);
    await run.newComparison.waitFor();
    await run.status('Finished').waitFor();
    expect(await run.heading.textContent()).toBe('What is rain?');
    expect(await run.sentence.textContent()).toMatch(/Speculative Rejection/);
    for (const lane of laneNames) {
      expect(Number(await run.figure(lane, 'Finished'))).toBeGreaterThan(0);
      expect(await run.figure(lane, 'Writing')).toBe('0');
    }
    expect(await run.figure('Best-of-N', 'Stopped early')).toBe('0');
    expect(Number(await run.figure('Speculative Rejection', 'Stopped early'))).toBeGreaterThan(0);
    await showsText(run.answers, /24 of 24 shown/);
    const frame = new FramePage(page);
    await frame.goTo('History');
    await new HistoryPage(page).link('What is rain?').waitFor();
  });
});

/** A second model that only judges: chosen in the form, and what the pages show of it. */
import { expect, it } from 'vitest';
import { describePages } from './helpers/describe-pages.ts';
import { examine } from './helpers/examine.ts';
import { showsText } from './helpers/waiting.ts';
import { ComparePage } from './pages/compare-page.ts';
import { HistoryPage } from './pages/history-page.ts';
import { RunPage } from './pages/run-page.ts';

const likelihood = 'the writer’s own likelihood of each answer';

describePages('A second opinion', { settings: { candidates: 16 } }, (session) => {
  it('is chosen behind “More”, and stands beside the result, in the table and in a chart', async () => {
    const page = await session.open({ path: '/compare', reducedMotion: 'reduce' });
    const form = new ComparePage(page);
    await form.comeToForm();
    await form.more.click();
    await showsText(form.secondOpinion, /None/);
    await form.chooseSecondOpinion(likelihood);
    await showsText(form.secondOpinion, likelihood);
    await form.compare('What is rain?');

    const run = new RunPage(page);
    await run.status('Finished').waitFor();
    await showsText(run.opinion, /Its own favourite of the 16 answers that Best-of-N finished/);
    await showsText(run.opinion, /both models prefer the same one in \d+/);
    await showsText(page.getByRole('main'), `second opinion by ${likelihood}`);
    const sorted = run.answers.getByRole('columnheader', { name: 'Second opinion' });
    await sorted.getByRole('button').click();
    expect(await sorted.getAttribute('aria-sort')).toBe('descending');
    await showsText(run.answers.getByRole('row').nth(1), /its favourite/);
    await run.chart('Do both models like the same answers?').waitFor();
    await examine(page, 'with a second opinion');
  });

  it('is there in a replay once the run is over', async () => {
    const page = await session.open({ path: '/history' });
    await new HistoryPage(page).link('What is rain?').click();
    const run = new RunPage(page);
    await run.opinion.waitFor();
    await run.moment.press('Home');
    await run.opinion.waitFor({ state: 'hidden' });
    await run.moment.press('End');
    await run.opinion.waitFor();
  });

  it('of the model that decides already is told beside the choice, until there is none', async () => {
    const page = await session.open({ path: '/compare', reducedMotion: 'reduce' });
    const form = new ComparePage(page);
    await form.comeToForm();
    await form.more.click();
    await form.chooseSecondOpinion(likelihood);
    await form.settings.getByRole('button', { name: 'Change the model that judges' }).click();
    await page.getByRole('menuitem', { name: likelihood }).click();
    await form.prompt.fill('What is snow?');
    await form.run.click();
    await showsText(form.secondOpinion, /This model decides already/);
    const change = form.secondOpinion.getByRole('button', { name: 'Change the second opinion' });
    await expect
      .poll(() => change.evaluate((button) => button === document.activeElement))
      .toBe(true);
    await form.chooseSecondOpinion('None');
    await showsText(form.secondOpinion, /None/);
    expect(await form.secondOpinion.getByText('This model decides already').count()).toBe(0);
  });
});

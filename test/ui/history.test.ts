/** The history: every run is there, is found, opened with its replay, taken again, exported, deleted and brought back. */
import { expect, it } from 'vitest';
import { describePages } from './helpers/describe-pages.ts';
import { recordedPrompts } from './helpers/recorded-runs.ts';
import { showsText } from './helpers/waiting.ts';
import { ComparePage } from './pages/compare-page.ts';
import { ExportDialog } from './pages/export-dialog.ts';
import { FramePage } from './pages/frame-page.ts';
import { HistoryPage } from './pages/history-page.ts';
import { RunPage } from './pages/run-page.ts';

const { many, snow, moon, rain } = recordedPrompts;

describePages('The history', { withRuns: true }, (session) => {
  async function open(
    winnow = session.winnow,
  ): Promise<{ frame: FramePage; history: HistoryPage }> {
    const page = await session.open({ winnow, path: '/history' });
    const history = new HistoryPage(page);
    await history.link(rain).waitFor();
    return { frame: new FramePage(page), history };
  }

  it('lists every run with its strategies, the newest first', async () => {
    const { history } = await open();
    expect(await history.prompts()).toEqual([rain, moon, snow, many]);
    await showsText(history.run(moon), /Best-of-N.*Speculative Rejection/s);
  });

  it('finds runs by words of their prompts', async () => {
    const { history } = await open();
    await history.search.fill('FOREST in');
    await expect.poll(() => history.prompts()).toEqual([many]);
    await history.search.fill('volcano');
    const { page } = history;
    await page.getByText('No run matches “volcano”.').waitFor();
    await page.getByRole('button', { name: 'Clear the search' }).click();
    expect(await history.search.evaluate((it) => it === document.activeElement)).toBe(true);
    await expect.poll(() => history.prompts()).toHaveLength(4);
  });

  it('keeps the search for the way back, and shows every run when it is asked for anew', async () => {
    const { history, frame } = await open();
    const { page } = history;
    await history.search.fill('moon');
    await expect.poll(() => history.prompts()).toEqual([moon]);
    await history.link(moon).click();
    await new RunPage(page).answers.waitFor();
    await page.goBack();
    await expect.poll(() => history.prompts()).toEqual([moon]);
    expect(await history.search.inputValue()).toBe('moon');
    await frame.goTo('History');
    await expect.poll(() => history.prompts()).toHaveLength(4);
    expect(await history.search.inputValue()).toBe('');
  });

  it('puts the cursor into the search from anywhere', async () => {
    const page = await session.open({ path: '/models' });
    await new FramePage(page).arriveAt('Models');
    await page.keyboard.press('Control+k');
    const history = new HistoryPage(page);
    await history.heading.waitFor();
    await expect
      .poll(() => history.search.evaluate((it) => it === document.activeElement))
      .toBe(true);
  });

  it('fills the form with a run that is duplicated', async () => {
    const { history } = await open();
    await history.action('Duplicate', moon).click();
    const form = new ComparePage(history.page);
    await form.heading.waitFor();
    expect(await form.prompt.inputValue()).toBe(moon);
    await form.more.click();
    expect(await form.number('Seed').inputValue()).toBe('8');
    expect(await form.number('Share stopped').inputValue()).toBe('0.8');
  });

  it('deletes a run, and brings it back on a click', async () => {
    const { history, frame } = await open();
    await history.action('Delete', moon).click();
    await expect.poll(() => history.prompts()).toEqual([rain, snow, many]);
    await frame.noteAction('Undo').click();
    await expect.poll(() => history.prompts()).toEqual([rain, moon, snow, many]);
  });

  it('keeps the place of somebody who deletes, dismisses the note, or takes the deletion back', async () => {
    const { history, frame } = await open(await session.serve({ withRuns: true }));
    await history.action('Delete', moon).press('Enter');
    await showsText(frame.focused, snow);
    await frame.noteAction('Dismiss').press('Enter');
    await expect.poll(() => frame.noteAction('Dismiss').count()).toBe(0);
    await showsText(frame.focused, snow);
    await history.action('Delete', snow).press('Enter');
    await showsText(frame.focused, many);
    await frame.noteAction('Undo').press('Enter');
    await showsText(frame.focused, snow);
  });

  it('shows in every window what was deleted in one', async () => {
    const winnow = await session.serve({ withRuns: true });
    const first = new HistoryPage(await session.open({ winnow, path: '/history' }));
    const second = new HistoryPage(await session.open({ winnow, path: '/history' }));
    await second.link(moon).waitFor();
    await first.action('Delete', moon).click();
    await expect.poll(() => second.prompts()).toEqual([rain, snow, many]);
  });

  it('exports the runs that a search found, a row for each strategy', async () => {
    const { history } = await open();
    await history.search.fill('moon');
    await expect.poll(() => history.prompts()).toEqual([moon]);
    await history.export.click();
    const { fileName, text } = await new ExportDialog(history.page).download();
    expect(fileName).toMatch(/^winnow-runs_\d{4}-\d\d-\d\d_\d{4}\.csv$/);
    const rows = rowsOf(text);
    expect(rows).toHaveLength(2);
    expect(rows.map((row) => row.includes(moon))).toEqual([true, true]);
    expect(text).toContain('speculative-rejection');
  });

  it('begins each export with the run that it was asked for', async () => {
    const { history } = await open();
    await history.action('Export', rain).click();
    const dialog = new ExportDialog(history.page);
    await dialog.choice('Which runs', 'All runs').check();
    await showsText(dialog.dialog, /560 rows/);
    await dialog.cancel.click();
    await history.action('Export', moon).click();
    expect(await dialog.choice('Which runs', 'This run').isChecked()).toBe(true);
    await showsText(dialog.dialog, /16 rows/);
  });

  it('shows the button that exports in a low window too', async () => {
    const { history } = await open();
    await history.page.setViewportSize({ width: 1000, height: 560 });
    await history.action('Export', rain).click();
    const { save } = new ExportDialog(history.page);
    await save.waitFor();
    const box = await save.boundingBox();
    expect(box?.y).toBeLessThan(560 - (box?.height ?? 0));
  });

  it('exports all answers of all runs', async () => {
    const { history, frame } = await open();
    await history.export.click();
    const dialog = new ExportDialog(history.page);
    await dialog.choice('What to save', /^Answers/).check();
    await showsText(dialog.dialog, /560 rows/);
    const { fileName, text } = await dialog.download();
    expect(fileName).toMatch(/^winnow-candidates_/);
    // Two lanes each of 256 and three times 8 answers.
    expect(rowsOf(text)).toHaveLength(2 * (256 + 3 * 8));
    await showsText(frame.notes, /Saved 560 rows/);
  });

  it('says so when there is nothing yet, and leads on', async () => {
    const winnow = await session.serve();
    const page = await session.open({ winnow, path: '/history' });
    await page.getByText('No comparisons yet.').waitFor();
    await page.getByRole('button', { name: 'Play the sample' }).click();
    await page.getByRole('group', { name: 'Replay' }).waitFor();
  });

  it('says so when a run is not there', async () => {
    const page = await session.open({ path: '/run/none' });
    await page.getByRole('alert').waitFor();
    await page.getByRole('link', { name: 'Go to the history' }).click();
    await new HistoryPage(page).heading.waitFor();
  });
});

/** Rows of a CSV file without its header. Line feeds within cells are bare, line ends are not. */
function rowsOf(text: string): string[] {
  const lines = text.split('\r\n');
  expect(lines.at(-1)).toBe('');
  return lines.slice(1, -1);
}

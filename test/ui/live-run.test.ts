/** A comparison while it goes on: watched, left, stopped, and through the faults that can come over it. */
import { availableParallelism } from 'node:os';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describePages } from './helpers/describe-pages.ts';
import { canFindEngine, engineOf, processorSeconds } from './helpers/engine-process.ts';
import type { OpenOptions } from './helpers/pages-session.ts';
import { longRun } from './helpers/recorded-runs.ts';
import { showsText } from './helpers/waiting.ts';
import { ComparePage } from './pages/compare-page.ts';
import { FramePage } from './pages/frame-page.ts';
import { HistoryPage } from './pages/history-page.ts';
import { RunPage } from './pages/run-page.ts';

const prompt = 'Tell me about the sea.';

describePages('A run that goes on', { settings: longRun }, (session) => {
  /** Begins a run that lasts, and waits until its answers are being written. */
  async function begin(options: OpenOptions = {}): Promise<{ page: Page; run: RunPage }> {
    const page = await session.open({ path: '/compare', ...options });
    await new ComparePage(page).compare(prompt);
    const run = new RunPage(page);
    await run.isWriting();
    return { page, run };
  }

  async function stop(run: RunPage): Promise<void> {
    await run.stop.click();
    await run.status('Stopped by you').waitFor();
  }

  it('stops at once, and keeps what was written', async () => {
    const { page, run } = await begin();
    await stop(run);
    await page.getByText('This run did not come to its end.').waitFor();
    expect(
      await run.card('Best-of-N', 0).or(run.card('Speculative Rejection', 0)).count(),
    ).toBeGreaterThan(0);
    await run.answers.waitFor();
    await page.getByRole('link', { name: 'Replay' }).click();
    await run.replayButton('Pause').waitFor();
    await new FramePage(page).goTo('History');
    await new HistoryPage(page).run(prompt).getByText('Stopped').first().waitFor();
  });

  it.runIf(process.platform === 'linux')(
    'ends the work of the processor within half a second of a stop',
    async () => {
      const { run } = await begin();
      const engine = engineOf(session.winnow.pid);
      const before = processorSeconds(engine) ?? Number.NaN;
      await stop(run);
      const after = processorSeconds(engine);
      // An engine that was ended works no more. One that lives may have used every core for half a second.
      if (after !== null) expect(after - before).toBeLessThan(0.5 * availableParallelism());
    },
  );

  it('goes on through a reload', async () => {
    const { page, run } = await begin();
    await page.reload();
    await run.isWriting();
    expect(await run.heading.textContent()).toBe(prompt);
    await stop(run);
  });

  it('goes on while its page is closed', async () => {
    const { page } = await begin();
    await page.close();
    const again = await session.open();
    const run = new RunPage(again);
    await run.isWriting();
    await stop(run);
  });

  it('shows the same run in two windows, and stops in both', async () => {
    const { page, run } = await begin();
    const other = new RunPage(await session.open({ beside: page }));
    await other.isWriting();
    expect(await other.heading.textContent()).toBe(prompt);
    await other.stop.click();
    await run.status('Stopped by you').waitFor();
    await other.status('Stopped by you').waitFor();
  });

  it('is named in the list of pages wherever the person goes', async () => {
    const { page, run } = await begin();
    const frame = new FramePage(page);
    await frame.goTo('Settings');
    await frame.goTo('Running now');
    await run.isWriting();
    await stop(run);
  });

  it.runIf(canFindEngine)('says it when the engine dies, and runs again', async () => {
    const { page, run } = await begin();
    process.kill(engineOf(session.winnow.pid), 'SIGKILL');
    await run.status('Interrupted').waitFor();
    const alert = new FramePage(page).errors.first();
    await showsText(alert, /ended unexpectedly.*Run it again/);
    await alert.getByRole('button', { name: 'Run again' }).click();
    await run.isWriting();
    await stop(run);
  });

  it('says that the connection is lost when Winnow ends', async () => {
    const winnow = await session.serve();
    const page = await session.open({ winnow, path: '/compare', expected: [/WebSocket|ERR_/] });
    await new ComparePage(page).heading.waitFor();
    await winnow.kill();
    await new FramePage(page).lostBanner.waitFor();
  });
});

describePages('A run that has ended', {}, (session) => {
  it('gives way to the form once it is duplicated, though nobody has looked at it', async () => {
    const page = await session.open({ path: '/compare' });
    await new ComparePage(page).compare('What is dew?');
    const frame = new FramePage(page);
    await frame.goTo('History');
    const history = new HistoryPage(page);
    await history.run('What is dew?').waitFor();
    await frame.link('New comparison').waitFor();
    await history.action('Duplicate', 'What is dew?').click();
    const form = new ComparePage(page);
    await form.heading.waitFor();
    expect(await form.prompt.inputValue()).toBe('What is dew?');
  });

  it('is there, finished, when its page was closed meanwhile', async () => {
    const page = await session.open();
    await new ComparePage(page).compare(prompt);
    await page.close();
    const again = await session.open();
    const run = new RunPage(again);
    await run.status('Finished').waitFor();
    expect(await run.heading.textContent()).toBe(prompt);
    await run.answers.waitFor();
  });
});

/** Blind review: nothing tells which strategy wrote which answer until the vote is given; votes are kept. */
import { expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { openStore } from '../../src-main/store/open.ts';
import type { Vote } from '../../src-main/contract/votes.ts';
import { describePages } from './helpers/describe-pages.ts';
import { recordedPrompts } from './helpers/recorded-runs.ts';
import type { ServedWinnow } from './helpers/served-winnow.ts';
import { showsText } from './helpers/waiting.ts';
import { FramePage } from './pages/frame-page.ts';
import { HistoryPage } from './pages/history-page.ts';
import { ReviewPage } from './pages/review-page.ts';
import { RunPage } from './pages/run-page.ts';

const { moon, rain, snow } = recordedPrompts;

/** Words that would tell the sides, or at what price an answer was found. */
const givesAway =
  /best-of-n|speculative|rejection|stopped early|score|reward|\d\s*(s|ms|tokens)\b|−?\d+\.\d+/i;

/** What the store holds, read beside the running application. */
async function votesOf({ folder }: ServedWinnow): Promise<Vote[]> {
  const store = await openStore(folder.database);
  const votes = store.listRuns({ limit: 10 }).flatMap((run) => run.votes);
  store.close();
  return votes;
}

describePages('Blind review', { withRuns: true }, (session) => {
  async function open(
    path = '/review',
  ): Promise<{ page: Page; winnow: ServedWinnow; review: ReviewPage }> {
    const winnow = await session.serve({ withRuns: true });
    const page = await session.open({ winnow, path });
    const review = new ReviewPage(page);
    await review.prompt.waitFor();
    return { page, winnow, review };
  }

  it('hides names, scores, times and colours until the vote', async () => {
    const { page, review } = await open();
    expect(await review.main.ariaSnapshot()).not.toMatch(givesAway);
    expect(await review.main.innerText()).not.toMatch(givesAway);
    // Names of classes and attributes count too: a curious person opens the page's source.
    expect(await review.main.innerHTML()).not.toMatch(/best-of-n|speculative/i);
    const colours = await page.evaluate(coloursOfStrategies);
    expect(colours.known).not.toEqual([]);
    expect(colours.used.filter((colour) => colours.known.includes(colour))).toEqual([]);
  });

  it('takes votes by keys, undoes the last one, and tells the names at the end', async () => {
    const { page, winnow, review } = await open();
    const first = await review.prompt.textContent();
    await page.keyboard.press('1');
    await expect
      .poll(() => review.vote('Answer 1 better').getAttribute('aria-pressed'))
      .toBe('true');
    await expect
      .poll(async () => (await votesOf(winnow)).map(({ choice }) => choice))
      .toEqual(['left']);
    await page.keyboard.press('z');
    await expect
      .poll(() => review.vote('Answer 1 better').getAttribute('aria-pressed'))
      .toBe('false');
    await expect.poll(() => votesOf(winnow)).toEqual([]);
    await page.keyboard.press('2');
    await expect
      .poll(() => review.vote('Answer 2 better').getAttribute('aria-pressed'))
      .toBe('true');
    expect(await review.main.ariaSnapshot()).not.toMatch(/best-of-n|speculative/i);
    await page.keyboard.press('Enter');
    await expect.poll(() => review.prompt.textContent()).not.toBe(first);
    await page.keyboard.press('3');
    await page.keyboard.press('Enter');
    await review.end('That was all: 2 votes').waitFor();
    expect(await review.whoWasWho.count()).toBe(2);
    await showsText(review.whoWasWho.first(), /Best-of-N/);
    const votes = await votesOf(winnow);
    expect(votes.map(({ choice }) => choice).toSorted()).toEqual(['equal', 'right']);
    expect(votes.every(({ blind }) => blind)).toBe(true);
  });

  it('skips a pair, and finds "both bad" by its key', async () => {
    const { page, winnow, review } = await open();
    await page.keyboard.press('s');
    await showsText(review.main, /2 of 2/);
    await page.keyboard.press('4');
    await page.keyboard.press('Enter');
    await review.end(/^That was all/).waitFor();
    const votes = await votesOf(winnow);
    expect(votes.map(({ choice }) => choice).toSorted()).toEqual(['both-bad', 'skipped']);
  });

  it('keeps the focus on the vote that was given', async () => {
    const { review } = await open();
    const button = review.vote('About equal');
    await button.press('Enter');
    await expect.poll(() => button.getAttribute('aria-pressed')).toBe('true');
    expect(await button.evaluate((it) => it === document.activeElement)).toBe(true);
  });

  it('keeps why, and a note', async () => {
    const { page, winnow, review } = await open();
    await review.vote('Answer 1 better').click();
    await page
      .getByRole('checkbox', { name: 'Clear' })
      .or(page.getByRole('button', { name: 'Clear' }))
      .first()
      .click();
    await page.getByRole('textbox', { name: /note/i }).fill('It rhymes.');
    await page.keyboard.press('Control+Enter');
    await expect
      .poll(async () => (await votesOf(winnow)).map(({ reasons, comment }) => [reasons, comment]))
      .toEqual([[['clear'], 'It rhymes.']]);
  });

  it('tells the names of one run as soon as its vote is given', async () => {
    const winnow = await session.serve({ withRuns: true });
    const page = await session.open({ winnow, path: '/history' });
    await new HistoryPage(page).link(rain).click();
    await new RunPage(page).hideNames.click();
    const review = new ReviewPage(page);
    await showsText(review.prompt, rain);
    await page.keyboard.press('1');
    await showsText(review.answer(1), /Best-of-N|Speculative Rejection/);
  });

  it('leaves out runs whose strategies chose the same answer', async () => {
    const { page, review } = await open();
    const prompts = [await review.prompt.textContent()];
    await page.keyboard.press('s');
    await showsText(review.main, /2 of 2/);
    prompts.push(await review.prompt.textContent());
    expect(prompts.map((text) => text?.replace(/^Prompt:\s/, '')).toSorted()).toEqual(
      [rain, moon].toSorted(),
    );
    await showsText(review.main, /2 runs are\s+left out: both strategies chose the\s+same answer/);
  });

  it('is offered once for a run, and not where both strategies chose the same answer', async () => {
    const page = await session.open({ path: '/history' });
    const [history, run] = [new HistoryPage(page), new RunPage(page)];
    await history.link(snow).click();
    await run.answers.waitFor();
    expect(await run.hideNames.count()).toBe(0);
    await page.goBack();
    await history.link(rain).click();
    await run.answers.waitFor();
    expect(await run.hideNames.count()).toBe(1);
  });

  it('says so when there is nothing to review', async () => {
    const winnow = await session.serve();
    const page = await session.open({ winnow, path: '/review' });
    await page.getByText('Nothing to review').waitFor();
    await new FramePage(page).arriveAt('Review');
  });
});

/** Runs in the page: the colours that stand for a strategy, and those of everything within the page. */
function coloursOfStrategies(): { known: string[]; used: string[] } {
  const probe = document.createElement('span');
  document.body.append(probe);
  const known = [
    '--best-of-n',
    '--speculative-rejection',
    '--best-of-n-soft',
    '--speculative-rejection-soft',
  ].map((name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  });
  probe.remove();
  const used = Array.from(document.querySelectorAll('main *')).flatMap((element) => {
    const { color, backgroundColor, borderTopColor, borderLeftColor, fill, stroke } =
      getComputedStyle(element);
    return [color, backgroundColor, borderTopColor, borderLeftColor, fill, stroke];
  });
  return { known, used };
}

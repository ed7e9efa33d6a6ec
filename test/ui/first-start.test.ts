/** The first minutes with Winnow: the welcome, the sample that plays without any model, and the way to one's own computer. */
import { expect, it } from 'vitest';
import { describePages } from './helpers/describe-pages.ts';
import { showsText } from './helpers/waiting.ts';
import { ComparePage } from './pages/compare-page.ts';
import { FramePage } from './pages/frame-page.ts';
import { RunPage } from './pages/run-page.ts';
import { WelcomePage } from './pages/welcome-page.ts';

const fresh = { settings: null, preferences: { welcomed: false } };

describePages('A first start', fresh, (session) => {
  it('lets in the browser that brings the printed address, and welcomes', async () => {
    const winnow = await session.serve(fresh);
    const page = await session.openBlank();
    await page.goto(winnow.address);
    await new WelcomePage(page).playSample.waitFor();
    expect(page.url()).not.toContain('token');
    expect(await page.title()).toBe('Welcome – Winnow');
  });

  it('plays the sample to its end, and then shows what it found', async () => {
    const page = await session.open();
    await new WelcomePage(page).playSample.click();
    const run = new RunPage(page);
    await run.replayButton('Pause').waitFor();
    await run.lane('Best-of-N').waitFor();
    await run.lane('Speculative Rejection').waitFor();
    expect(await run.answers.count()).toBe(0);
    await run.moment.press('End');
    await showsText(run.sentence, /^Speculative Rejection /);
    await run.answers.waitFor();
    await run.replayButton('Replay').waitFor();
  });

  it('says what was found on this computer, and brings a first prompt to the form', async () => {
    const page = await session.open({ path: '/sample' });
    const welcome = new WelcomePage(page);
    await welcome.runHere.first().click();
    const frame = new FramePage(page);
    await frame.arriveAt('Run it on this computer');
    await page.getByRole('main').getByText('Processor', { exact: false }).first().waitFor();
    await welcome.toTheForm.click();
    const form = new ComparePage(page);
    await form.heading.waitFor();
    expect(await form.prompt.inputValue()).toBe('Give me three tips for sleeping better.');
  });

  it('begins with the form once the welcome was seen', async () => {
    const winnow = await session.serve();
    await new ComparePage(await session.open({ winnow })).heading.waitFor();
  });
});

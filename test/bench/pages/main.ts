/**
 * How smooth the pages are with many answers, in a real browser: `npm run bench:pages`.
 *
 *     node test/bench/pages/main.ts [--run DATABASE] [--candidates 256] [--tokens 128] [--seconds 60] [--live]
 *
 * Without --run a recording is made first with the built-in models, which takes minutes. --seconds ends each measurement
 * early; without it the recording is played to its end, and a live run, which --live asks for, is watched for a minute.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import type { RunSettings } from '../../../src-main/contract/run.ts';
import { build, needsBuild } from '../../../src-main/launcher/build.ts';
import { openBrowser } from '../../ui/helpers/browser.ts';
import { serveWinnow, type ServedWinnow } from '../../ui/helpers/served-winnow.ts';
import { ComparePage } from '../../ui/pages/compare-page.ts';
import { HistoryPage } from '../../ui/pages/history-page.ts';
import { RunPage } from '../../ui/pages/run-page.ts';
import { describeMachine } from '../machine.ts';
import { idleFrames, measure, type Measured } from './measure.ts';
import { prompt, record, settingsFor, type Recording } from './recording.ts';
import { reportLines } from './report.ts';
import { compressedScripts } from './size.ts';

const { values } = parseArgs({
  options: {
    run: { type: 'string' },
    candidates: { type: 'string', default: '256' },
    tokens: { type: 'string', default: '128' },
    seconds: { type: 'string' },
    live: { type: 'boolean', default: false },
  },
});
const project = fileURLToPath(new URL('../../..', import.meta.url));
const settings = settingsFor(Number(values.candidates), Number(values.tokens));
const mostSeconds = values.seconds === undefined ? null : Number(values.seconds);
/** A live run is watched so long, where nothing else is asked for. */
const liveSeconds = 60;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

if (await needsBuild(project)) await build(project, new AbortController().signal);
const { cpu, cores, load, system } = await describeMachine();
say(
  `${cpu}, ${cores} cores, ${system}; load ${load.toFixed(1)} before. Chromium without a window or a graphics card.`,
);
const recording = await recordingOf(values.run);
const browser = await openBrowser();
try {
  const idle = await idleFrames(await browser.newPage());
  const winnow = await serveWinnow({ database: recording.database });
  const { firstPaintMs, replay } = await measureStored(browser, winnow).finally(() =>
    winnow.close(),
  );
  const live = values.live ? await measureLive(browser, settings) : null;
  const scriptBytes = await compressedScripts(`${project}/out/renderer`);
  for (const line of reportLines({ firstPaintMs, scriptBytes, idle, replay, live })) say(line);
} finally {
  await browser.close();
  recording.remove();
}

async function recordingOf(given: string | undefined): Promise<Recording> {
  if (given !== undefined) return { database: given, remove: () => undefined };
  say(
    `Recording ${settings.candidates} answers of up to ${settings.maxTokens} tokens in both lanes…`,
  );
  return record(settings);
}

/** The first paint from a warm server, then the newest run played from its start. */
async function measureStored(
  browser: Browser,
  winnow: ServedWinnow,
): Promise<{ firstPaintMs: number; replay: Measured }> {
  const page = await openPage(browser);
  await page.goto(winnow.address);
  await new ComparePage(page).heading.waitFor();
  const firstPaintMs = await firstPaint(page, winnow);
  await page.goto(`${winnow.origin}/#/history`);
  await new HistoryPage(page).runs.getByRole('link').first().click();
  const run = new RunPage(page);
  await run.answers.waitFor();
  await run.moment.press('Home');
  await run.speed(1).check();
  await run.card('Best-of-N', 0).focus();
  await run.replayButton('Play').click();
  await run.card('Best-of-N', 0).focus();
  const seconds = (await duration(run)) / 1000;
  say(`Playing a recording of ${seconds.toFixed(0)} s…`);
  const goesOn = async (): Promise<boolean> => (await run.replayButton('Pause').count()) > 0;
  const replay = await measure(page, goesOn, Math.min(mostSeconds ?? seconds, seconds));
  await page.context().close();
  return { firstPaintMs, replay };
}

/** A run of as many answers, measured once they are being written. */
async function measureLive(browser: Browser, lastSettings: RunSettings): Promise<Measured> {
  const winnow = await serveWinnow({ preferences: { lastSettings } });
  const page = await openPage(browser);
  try {
    await page.goto(winnow.address);
    await new ComparePage(page).compare(prompt);
    const run = new RunPage(page);
    await run.isWriting();
    await run.card('Best-of-N', 0).focus();
    say('Running live…');
    const goesOn = async (): Promise<boolean> => (await run.stop.count()) > 0;
    return await measure(page, goesOn, mostSeconds ?? liveSeconds);
  } finally {
    await page.context().close();
    await winnow.close();
  }
}

async function openPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(300_000);
  return page;
}

/** The median of some visits, in milliseconds from the start of the navigation until the form is on the screen. */
async function firstPaint(page: Page, winnow: ServedWinnow): Promise<number> {
  await page.addInitScript(noteForm);
  const visits: number[] = [];
  for (let visit = 0; visit < 5; visit += 1) {
    await page.goto('about:blank');
    await page.goto(`${winnow.origin}/#/compare`);
    await page.waitForFunction(() => Reflect.has(globalThis, 'formShownAt'));
    visits.push(await page.evaluate(() => Number(Reflect.get(globalThis, 'formShownAt'))));
  }
  return visits.toSorted((a, b) => a - b)[2] ?? Number.NaN;
}

/** Runs in the page: notes when the frame with the form in it was drawn. The list of pages beside it comes earlier. */
function noteForm(): void {
  const observer = new MutationObserver(() => {
    if (document.querySelector('main textarea') === null) return;
    observer.disconnect();
    const drawn = (): unknown => Reflect.set(globalThis, 'formShownAt', performance.now());
    requestAnimationFrame(() => setTimeout(drawn));
  });
  observer.observe(document, { childList: true, subtree: true });
}

async function duration(run: RunPage): Promise<number> {
  return Number(await run.moment.getAttribute('max'));
}

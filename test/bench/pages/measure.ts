/** One measurement of a page: it is scrolled and used for as long as it takes, and its memory is read three times. */
import type { CDPSession, Page } from 'playwright-core';
import { startProbe, type PageFigures, type Probe } from './probe.ts';

export interface Measured extends PageFigures {
  /** Bytes of the JavaScript heap after a collection: at the start, in the middle and at the end. */
  heap: [number, number, number];
  seconds: number;
}

/** The strips of both lanes. Looked for by their names, as a screen reader would. */
const strips = '[role="region"][aria-label^="Answers of"]';

/** A key is pressed so often, to see how soon the page answers. */
const keyEveryMs = 500;

/**
 * @param goesOn whether there is still something to be measured
 * @param mostSeconds not longer than this
 */
export async function measure(
  page: Page,
  goesOn: () => Promise<boolean>,
  mostSeconds: number,
): Promise<Measured> {
  const session = await page.context().newCDPSession(page);
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const first = await collectedHeap(session);
  await page.evaluate(startProbe, strips);
  let middle: number | null = null;
  while (seconds() < mostSeconds && (await goesOn())) {
    await page.keyboard.press('ArrowDown');
    await page.waitForTimeout(keyEveryMs);
    if (middle === null && seconds() > mostSeconds / 2) {
      await page.evaluate(pause);
      middle = await collectedHeap(session);
      await page.evaluate(resume);
    }
  }
  const took = seconds();
  const figures = await page.evaluate(finish);
  const last = await collectedHeap(session);
  await session.detach();
  return { ...figures, heap: [first, middle ?? last, last], seconds: took };
}

/** How many frames this browser shows of a page on which nothing happens: what can be had at all. */
export async function idleFrames(page: Page): Promise<PageFigures['frames']> {
  await page.evaluate(startProbe, '');
  await page.waitForTimeout(2000);
  return (await page.evaluate(finish)).frames;
}

async function collectedHeap(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.disable');
  return (await session.send('Runtime.getHeapUsage')).usedSize;
}

// These run in the page, each by itself.
const pause = (): void => (Reflect.get(globalThis, 'probe') as Probe).pause();
const resume = (): void => (Reflect.get(globalThis, 'probe') as Probe).resume();
const finish = (): PageFigures => (Reflect.get(globalThis, 'probe') as Probe).finish();

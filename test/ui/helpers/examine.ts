/**
 * Looks at a page as it stands, in both themes and in a wide and a narrow window: axe-core finds no serious fault, nothing
 * is wider than the window, and a screenshot is kept for people to look at.
 */
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { fileNameOf, screenshotFolder } from './describe-pages.ts';

type Theme = 'light' | 'dark';
const themes: readonly Theme[] = ['light', 'dark'];
const sizes: { width: number; height: number; pictures: readonly Theme[] }[] = [
  { width: 1280, height: 800, pictures: themes },
  // A dark and narrow page has nothing to show that the dark one and the narrow one have not.
  { width: 720, height: 900, pictures: ['light'] },
];

/** A window of 1280 × 800 at 200 %. */
const zoomed = { width: 640, height: 400 };

/** @param name of the state, for its screenshots */
export async function examine(page: Page, name: string): Promise<void> {
  await page.evaluate(axe.source);
  await page.evaluate(drawEverything);
  const faults: string[] = [];
  for (const { pictures, ...size } of sizes) {
    await page.setViewportSize(size);
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.evaluate(untilStill);
      const where = `${colorScheme}-${size.width}`;
      if (pictures.includes(colorScheme)) await keepScreenshot(page, `${name}-${where}`);
      const found = await page.evaluate(seriousFaults);
      faults.push(...found.map((fault) => `${where} ${fault}`));
    }
    const overflow = await page.evaluate(wider);
    if (overflow !== null) faults.push(`${size.width} is too narrow for ${overflow}`);
  }
  await page.setViewportSize(zoomed);
  await page.evaluate(untilStill);
  const overflow = await page.evaluate(wider);
  if (overflow !== null) faults.push(`zoomed in, it is too narrow for ${overflow}`);
  expect(faults).toEqual([]);
}

/** Keeps a picture of the whole page. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  const path = join(screenshotFolder, `${fileNameOf(name)}.png`);
  await page.screenshot({ path, fullPage: true });
}

/** Runs in the page: what is out of sight is drawn too, or axe-core would judge it by the colours of an earlier theme. */
function drawEverything(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { content-visibility: visible !important }');
  document.adoptedStyleSheets.push(sheet);
}

/** Runs in the page: what moves has come to rest, and is on the screen. One change of colour may begin another within it. */
async function untilStill(): Promise<void> {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const moving = () => document.getAnimations().filter(({ playState }) => playState === 'running');
  await frame();
  await frame();
  for (let ends = moving(); ends.length > 0; ends = moving()) {
    await Promise.race([Promise.allSettled(ends.map(({ finished }) => finished)), frame()]);
  }
  await frame();
}

/** Runs in the page. */
async function seriousFaults(): Promise<string[]> {
  const { run } = Reflect.get(globalThis, 'axe') as typeof axe;
  const { violations } = await run(document, { resultTypes: ['violations'] });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes
        .slice(0, 3)
        .map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
    );
}

/** Runs in the page: the innermost thing that makes it scroll sideways; null where nothing does. */
function wider(): string | null {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return null;
  const out = Array.from(document.querySelectorAll('main *')).findLast(
    (element) => element.getBoundingClientRect().right > clientWidth + 1,
  );
  return `${scrollWidth - clientWidth} px more: ${out?.outerHTML.slice(0, 160) ?? ''}`;
}

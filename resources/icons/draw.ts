/**
 * Draws the icon files from their SVG sources: `npm run icons`, on Linux, where the browser of the page tests comes with
 * the packages. Small sizes have a simpler drawing of their own.
 */
import chromium from '@sparticuz/chromium';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium as playwright, type Page } from 'playwright-core';
import { encodeIcns, encodeIco, type Picture } from './containers.ts';

const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
/** The largest size that takes the simpler drawing. */
const small = 48;

const here = (name: string): string => join(import.meta.dirname, name);

const browser = await playwright.launch({
  executablePath: await chromium.executablePath(),
  args: chromium.args,
});
const page = await browser.newPage();
const pictures: Picture[] = [];
for (const size of sizes) pictures.push({ size, png: await draw(page, size) });
await browser.close();

for (const { size, png } of pictures) if (size === 1024) writeFileSync(here('icon.png'), png);
writeFileSync(here('icon.ico'), encodeIco(pictures.filter(({ size }) => size <= 256)));
writeFileSync(here('icon.icns'), encodeIcns(pictures));
copyFileSync(here('icon-small.svg'), here('../../src-renderer/public/favicon.svg'));

async function draw(target: Page, size: number): Promise<Buffer> {
  const svg = readFileSync(here(size <= small ? 'icon-small.svg' : 'icon.svg')).toString('base64');
  await target.setViewportSize({ width: size, height: size });
  await target.setContent(
    `<style>html, body { margin: 0; background: none } img { display: block; width: 100vw; height: 100vh }</style>` +
      `<img src="data:image/svg+xml;base64,${svg}" />`,
    { waitUntil: 'load' },
  );
  return target.screenshot({ omitBackground: true });
}

/**
 * The browser for the tests of the pages. On Linux it comes with the packages, so nothing is installed by hand; on macOS
 * and Windows the installed Chrome or Edge is used, and where there is neither, the tests report themselves as skipped.
 */
import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser, type BrowserServer } from 'playwright-core';

/** No sandbox: the tests may run as root, and the pages are our own. The rest keeps the browser off the network. */
const quiet = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

interface Launch {
  executablePath?: string;
  channel?: string;
  args: string[];
}

/** What can be tried on this machine, the best first. Unpacks the browser that comes with the packages where that is new. */
async function launches(args: string[]): Promise<Launch[]> {
  const installed = ['chrome', 'msedge'].map((channel) => ({ channel, args }));
  if (process.platform !== 'linux') return installed;
  return [{ executablePath: await chromium.executablePath(), args }, ...installed];
}

/** @throws the first fault where none of them starts */
async function firstThatStarts<Started>(
  start: (launch: Launch) => Promise<Started>,
  more: string[],
): Promise<Started> {
  let fault: unknown = new Error('no browser is known for this system');
  for (const [place, launch] of (await launches([...quiet, ...more])).entries()) {
    try {
      return await start(launch);
    } catch (error) {
      if (place === 0) fault = error;
    }
  }
  throw fault;
}

/** Starts a browser of one's own. */
export const openBrowser = (...more: string[]): Promise<Browser> =>
  firstThatStarts((launch) => playwright.launch(launch), more);

/** Starts a browser that several processes use at the same time, each with pages of its own. */
export const serveBrowser = (): Promise<BrowserServer> =>
  firstThatStarts((launch) => playwright.launchServer(launch), []);

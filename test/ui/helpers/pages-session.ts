/** What one file of page tests works with: a browser, a Winnow with its own data folder, and the pages that were opened. */
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { Preferences } from '../../../src-main/contract/preferences.ts';
import type { RunSettings } from '../../../src-main/contract/run.ts';
import { tinySettings } from '../../helpers/whole-application.ts';
import type { Recorded } from './recorded-runs.ts';
import { serveWinnow, type ServedWinnow } from './served-winnow.ts';
import { watch, type WatchedPage } from './watched-page.ts';

/** So long a test waits for one thing on a page; below the test's own limit, so that the fault names the thing. */
const patienceMs = 15_000;

export interface WinnowOptions {
  /** The recorded runs are in its history. */
  withRuns?: boolean;
  /** What the form begins with, over small settings for the tiny models; null: as after the first start. */
  settings?: Partial<RunSettings> | null;
  preferences?: Partial<Preferences>;
}

export interface OpenOptions extends NonNullable<Parameters<Browser['newContext']>[0]> {
  /** The page's address within the application, such as `/history`. */
  path?: string;
  /** Another Winnow than the file's own. */
  winnow?: ServedWinnow;
  /** Another window of the same browser, instead of another browser. */
  beside?: Page;
  /** Errors that the test provokes. */
  expected?: RegExp[];
}

export class PagesSession {
  private readonly endpoint: string;
  private readonly options: WinnowOptions;
  /** The models and runs that there are from the start. */
  readonly recorded: Recorded;
  private browser: Browser | null = null;
  private own: ServedWinnow | null = null;
  private readonly cookies = new Map<ServedWinnow, Promise<string>>();
  private further: ServedWinnow[] = [];
  private watched: WatchedPage[] = [];

  constructor(pages: { endpoint: string; recorded: Recorded }, options: WinnowOptions) {
    this.endpoint = pages.endpoint;
    this.recorded = pages.recorded;
    this.options = options;
  }

  /** The Winnow of the file. */
  get winnow(): ServedWinnow {
    if (this.own === null) throw new Error('the tests have not begun');
    return this.own;
  }

  async begin(): Promise<void> {
    [this.browser, this.own] = await Promise.all([
      chromium.connect(this.endpoint),
      this.start(this.options),
    ]);
  }

  async end(): Promise<void> {
    await this.own?.close();
    await this.browser?.close();
  }

  /** Opens a window of a browser that was let in; it is closed when the test ends. */
  async open(options: OpenOptions = {}): Promise<Page> {
    const { path = '', winnow = this.winnow, beside, expected = [], ...contextOptions } = options;
    const context = beside?.context() ?? (await this.letIn(winnow, contextOptions));
    const page = await context.newPage();
    this.watched.push(await watch(page, expected));
    await page.goto(`${winnow.origin}/${path === '' ? '' : `#${path}`}`);
    return page;
  }

  /** A page that has been nowhere yet. */
  async openBlank(): Promise<Page> {
    const page = await (await this.newContext()).newPage();
    this.watched.push(await watch(page, []));
    return page;
  }

  /** Starts a further Winnow, which lasts as long as the test. */
  async serve(options: WinnowOptions = {}): Promise<ServedWinnow> {
    const winnow = await this.start(options);
    this.further.push(winnow);
    return winnow;
  }

  /** The Winnow that was started last. */
  get furthest(): ServedWinnow {
    return this.further.at(-1) ?? this.winnow;
  }

  /** Those of the test that runs. */
  get openPages(): Page[] {
    return this.watched.map(({ page }) => page);
  }

  /** Closes what a test opened. @returns what went wrong on its pages */
  async endTest(): Promise<string[]> {
    const watched = this.watched.splice(0);
    const contexts = new Set<BrowserContext>(watched.map(({ page }) => page.context()));
    await Promise.all([...contexts].map((context) => context.close()));
    await Promise.all(this.further.splice(0).map((winnow) => winnow.close()));
    return watched.flatMap(({ faults }) => faults);
  }

  private start(options: WinnowOptions): Promise<ServedWinnow> {
    const { withRuns = false, settings = {}, preferences } = options;
    const lastSettings = settings === null ? null : tinySettings(this.recorded, settings);
    return serveWinnow({
      preferences: { lastSettings, ...preferences },
      ...(withRuns ? { database: this.recorded.database } : {}),
    });
  }

  private async newContext(options: OpenOptions = {}): Promise<BrowserContext> {
    if (this.browser === null) throw new Error('the tests have not begun');
    const context = await this.browser.newContext(options);
    context.setDefaultTimeout(patienceMs);
    return context;
  }

  /** A new browser with the cookie of one that was let in: the address with its token works once. */
  private async letIn(winnow: ServedWinnow, options: OpenOptions): Promise<BrowserContext> {
    const cookie = this.cookies.get(winnow) ?? cookieOf(winnow);
    this.cookies.set(winnow, cookie);
    const [name = '', value = ''] = (await cookie).split('=', 2);
    const context = await this.newContext(options);
    await context.addCookies([{ name, value, url: winnow.origin }]);
    return context;
  }
}

async function cookieOf({ address }: ServedWinnow): Promise<string> {
  const answer = await fetch(address, { redirect: 'manual' });
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

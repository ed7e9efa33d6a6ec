/**
 * Before the page tests: builds the pages where they are older than the sources, unpacks and starts one browser for all of
 * them, and makes the models and runs that they begin with. Without a browser the tests are skipped, and say why.
 */
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { build, needsBuild } from '../../src-main/launcher/build.ts';
import { serveBrowser } from './helpers/browser.ts';
import { forgetRuns, recordRuns, type Recorded } from './helpers/recorded-runs.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the browser listens, and the runs; or why there is nothing. */
    pages: { endpoint: string; recorded: Recorded } | { missing: string };
  }
}

const project = fileURLToPath(new URL('../..', import.meta.url));

export default async function setUp(tests: TestProject): Promise<() => Promise<void>> {
  const browser = await serveBrowser().catch((fault: unknown) => {
    // Where the tests must not be left out, a browser that does not start is a fault.
    if (process.env['CI'] !== undefined && process.platform === 'linux') throw fault;
    return fault instanceof Error ? fault : new Error(String(fault));
  });
  if (browser instanceof Error) {
    tests.provide('pages', { missing: browser.message.split('\n')[0] ?? 'no browser' });
    return () => Promise.resolve();
  }
  try {
    if (await needsBuild(project)) await build(project, new AbortController().signal);
    const recorded = await recordRuns();
    tests.provide('pages', { endpoint: browser.wsEndpoint(), recorded });
    return async () => {
      await browser.close();
      forgetRuns(recorded);
    };
  } catch (fault) {
    await browser.close();
    throw fault;
  }
}

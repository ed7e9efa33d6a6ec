/** Winnow's window as it really is. It runs where Electron's program and a display are, and says why where they are not. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  makeWorkplace,
  tinyPrompt,
  tinySettings,
  type Workplace,
} from '../helpers/whole-application.ts';
import { ComparePage } from '../ui/pages/compare-page.ts';
import { RunPage } from '../ui/pages/run-page.ts';
import { openWinnow, whyNoWindow, type WinnowWindow } from './winnow-window.ts';

const reason = whyNoWindow();

/** Linux: whether the kernel lets a process make only some system calls, which is the inner wall of the sandbox. */
const filtersSystemCalls = (pid: number): boolean =>
  /^Seccomp:\s+2$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

describe.skipIf(reason !== null)(
  `the window${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    let winnow: WinnowWindow;
    let workplace: Workplace;

    beforeAll(async () => {
      workplace = await makeWorkplace();
      winnow = await openWinnow({ preferences: { lastSettings: tinySettings(workplace) } });
    });
    afterAll(async () => {
      await winnow.close();
      workplace.remove();
    });

    it('opens with the page of the bundle, and breaks no rule of the policy', async () => {
      expect(new URL(winnow.page.url()).origin).toBe('app://bundle');
      expect(await winnow.page.title()).toContain('Winnow');
      expect(winnow.violations).toEqual([]);
    });

    it('walls the page off: no Node, and the bridge as the only way out', async () => {
      const seen = await winnow.page.evaluate(() => ({
        require: typeof Reflect.get(globalThis, 'require'),
        process: typeof Reflect.get(globalThis, 'process'),
        bridge: typeof Reflect.get(globalThis, 'winnow'),
      }));
      expect(seen).toEqual({ require: 'undefined', process: 'undefined', bridge: 'object' });
    });

    it('keeps the page in the sandbox', async () => {
      const pages = await winnow.application.evaluate(({ app }) =>
        app.getAppMetrics().filter(({ type }) => type === 'Tab'),
      );
      expect(pages.length).toBeGreaterThan(0);
      for (const { pid, sandboxed } of pages) {
        if (process.platform === 'linux') expect(filtersSystemCalls(pid)).toBe(true);
        else expect(sandboxed).toBe(true);
      }
    });

    it('runs a whole comparison, with the core in a process of its own', async () => {
      await new ComparePage(winnow.page).compare(tinyPrompt);
      const run = new RunPage(winnow.page);
      await run.status('Finished').waitFor();
      expect(await run.sentence.textContent()).toContain('Speculative Rejection');
      const names = await winnow.application.evaluate(({ app }) =>
        app.getAppMetrics().map(({ name }) => name),
      );
      // The engine is a process of the core, on a plain Node.
      expect(names).toContain('Winnow core');
      expect(names).not.toContain('Winnow engine');
    });
  },
);

/** Winnow's window as it really is. It runs where Electron's program and a display are, and says why where they are not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerMessage } from '../../src-main/contract/messages.ts';
import { portMessage } from '../../src-main/contract/desktop-bridge.ts';
import {
  makeWorkplace,
  tinyPrompt,
  tinySettings,
  type Workplace,
} from '../helpers/whole-application.ts';
import { openWinnow, whyNoWindow, type WinnowWindow } from './winnow-window.ts';

const reason = whyNoWindow();

describe.skipIf(reason !== null)(
  `the window${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    let winnow: WinnowWindow;
    let workplace: Workplace;

    beforeAll(async () => {
      workplace = await makeWorkplace();
      winnow = await openWinnow();
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
      const isSandboxed = await winnow.application.evaluate(({ app }) =>
        app
          .getAppMetrics()
          .filter(({ type }) => type === 'Tab')
          .every(({ sandboxed }) => sandboxed ?? process.platform === 'linux'),
      );
      expect(isSandboxed).toBe(true);
    });

    it('runs a whole comparison, with core and engine in processes of their own', async () => {
      const parameters = { prompt: tinyPrompt, settings: tinySettings(workplace) };
      const ended = await winnow.page.evaluate(compareInPage, { portMessage, parameters });
      expect(ended).toMatchObject({ type: 'comparison-ended', status: 'done', error: null });
      const names = await winnow.application.evaluate(({ app }) =>
        app.getAppMetrics().map(({ name }) => name),
      );
      expect(names).toEqual(expect.arrayContaining(['Winnow core', 'Winnow engine']));
    });
  },
);

/** Runs in the page: takes a port to the application, as the page itself does, and waits for the end of a comparison. */
function compareInPage(given: { portMessage: string; parameters: unknown }): Promise<unknown> {
  interface PagePort {
    postMessage(message: unknown): void;
    addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
    start(): void;
  }
  const page = globalThis as unknown as {
    winnow: { connect(): void };
    addEventListener(
      type: 'message',
      listener: (event: { data: unknown; ports: PagePort[] }) => void,
    ): void;
  };
  return new Promise((resolve, reject) => {
    page.addEventListener('message', ({ data, ports: [port] }) => {
      if (data !== given.portMessage || port === undefined) return;
      port.addEventListener('message', ({ data: answer }) => {
        const message = answer as ServerMessage;
        if (message.type === 'error') reject(new Error(message.error.message));
        if (message.type === 'event' && message.event.type === 'comparison-ended') {
          resolve(message.event);
        }
      });
      port.start();
      port.postMessage({ type: 'subscribe', after: null });
      const method = 'comparison.start';
      port.postMessage({ type: 'call', id: 1_000_000, method, parameters: given.parameters });
    });
    page.winnow.connect();
  });
}

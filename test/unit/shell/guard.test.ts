import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Session } from 'electron';
import { guardAllContents, guardSession } from '../../../src-main/shell/guard.ts';
import { app, preventable, resetElectron, session, WebContents } from '../../mocks/electron.ts';

const page = { url: 'app://bundle/', origin: 'app://bundle' };
const development = { url: 'http://localhost:5173/', origin: 'http://localhost:5173' };

beforeEach(resetElectron);

describe('the guard of every web contents', () => {
  let contents: WebContents;

  beforeEach(() => {
    guardAllContents(page);
    contents = new WebContents();
    app.emit('web-contents-created', {}, contents);
  });

  const isPrevented = (name: string, url: string): boolean => {
    const event = preventable({ url });
    contents.emit(name, event, url);
    return event.isPrevented;
  };

  it.each(['will-navigate', 'will-frame-navigate'])('prevents %s to anywhere else', (name) => {
    for (const url of [
      'https://example.com/',
      'file:///etc/passwd',
      'app://elsewhere/',
      'app://bundle/assets/index.js',
      'app://bundle.example.com/',
      'javascript:alert(1)',
      'data:text/html,hello',
    ]) {
      expect(isPrevented(name, url), url).toBe(true);
    }
  });

  it('lets the page load itself again, wherever it is in itself', () => {
    expect(isPrevented('will-navigate', 'app://bundle/')).toBe(false);
    expect(isPrevented('will-navigate', 'app://bundle/#/history')).toBe(false);
  });

  it('prevents every redirect and every web view, and opens no window', () => {
    expect(isPrevented('will-redirect', 'app://bundle/')).toBe(true);
    expect(isPrevented('will-attach-webview', 'app://bundle/')).toBe(true);
    expect(contents.windowOpenHandler?.({ url: 'https://arxiv.org/' })).toEqual({ action: 'deny' });
  });
});

describe('the guard of the session', () => {
  /** Calls what the guard gave to Electron. */
  const ask = (handler: unknown, ...parameters: unknown[]): unknown =>
    (handler as (...parameters: unknown[]) => unknown)(...parameters);
  const guard = (address = page): void =>
    guardSession(session.defaultSession as unknown as Session, address);

  it('denies every permission but writing to the clipboard, asked or checked', () => {
    guard();
    const { permissionRequest, permissionCheck } = session.defaultSession;
    for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'usb']) {
      const answer = vi.fn();
      ask(permissionRequest, null, permission, answer);
      expect(answer).toHaveBeenCalledExactlyOnceWith(false);
      expect(ask(permissionCheck, null, permission)).toBe(false);
    }
    const answer = vi.fn();
    ask(permissionRequest, null, 'clipboard-sanitized-write', answer);
    expect(answer).toHaveBeenCalledExactlyOnceWith(true);
    expect(ask(permissionCheck, null, 'clipboard-sanitized-write')).toBe(true);
  });

  it('denies every device', () => {
    guard();
    expect(ask(session.defaultSession.devicePermission, { deviceType: 'usb' })).toBe(false);
  });

  const isCancelled = (url: string): unknown => {
    const answer = vi.fn<(response: { cancel: boolean }) => void>();
    ask(session.defaultSession.beforeRequest, { url }, answer);
    return answer.mock.lastCall?.[0].cancel;
  };

  it('cancels every request but those for our own pages', () => {
    guard();
    for (const url of [
      'https://huggingface.co/',
      'http://127.0.0.1/',
      'ws://localhost:5173/',
      'file:///etc/passwd',
      'ftp://a/',
      'nonsense',
    ]) {
      expect(isCancelled(url), url).toBe(true);
    }
    for (const url of ['app://bundle/', 'blob:app://bundle/1', 'devtools://devtools/a.js']) {
      expect(isCancelled(url), url).toBe(false);
    }
  });

  it('reaches the development server, and no other, while developing', () => {
    guard(development);
    expect(isCancelled('http://localhost:5173/main.ts')).toBe(false);
    expect(isCancelled('ws://localhost:5173/')).toBe(false);
    expect(isCancelled('http://localhost:9999/')).toBe(true);
    expect(isCancelled('https://localhost:5173/')).toBe(true);
  });

  it('downloads only what the page made itself', () => {
    guard();
    const isPrevented = (url: string): boolean => {
      const event = preventable({});
      session.defaultSession.emit('will-download', event, { getURL: () => url });
      return event.isPrevented;
    };
    expect(isPrevented('blob:app://bundle/12')).toBe(false);
    expect(isPrevented('app://bundle/index.html')).toBe(true);
    expect(isPrevented('https://example.com/a.exe')).toBe(true);
  });
});

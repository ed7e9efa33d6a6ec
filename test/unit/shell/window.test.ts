import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  fitToDisplays,
  readWindowState,
  saveWindowState,
  type WindowState,
} from '../../../src-main/shell/window-state.ts';
import { setTheme, windowBackground } from '../../../src-main/shell/theme.ts';
import { openWindow } from '../../../src-main/shell/window.ts';
import { temporaryFolder } from '../../helpers/temporary-store.ts';
import { BrowserWindow, nativeTheme, resetElectron, screen } from '../../mocks/electron.ts';

const state: WindowState = {
  width: 1000,
  height: 800,
  place: { x: 100, y: 50 },
  isMaximised: false,
  theme: 'system',
};
const display = { x: 0, y: 0, width: 1920, height: 1040 };
let folder: string;
let stateFile: string;

beforeEach(() => {
  resetElectron();
  folder = temporaryFolder();
  stateFile = join(folder, 'window.json');
});

function open(changes: Partial<WindowState> = {}): BrowserWindow {
  openWindow({
    url: 'app://bundle/',
    preload: '/preload.cjs',
    state: { ...state, ...changes },
    stateFile,
  });
  const window = BrowserWindow.opened.at(-1);
  if (window === undefined) throw new Error('no window was opened');
  return window;
}

describe('the window', () => {
  it('walls its page off from the machine, and says so', () => {
    expect(open().options['webPreferences']).toEqual({
      preload: '/preload.cjs',
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
    });
  });

  it('shows itself only once its page can be seen, maximised where it was', () => {
    const window = open({ isMaximised: true });
    expect(window.options['show']).toBe(false);
    expect(window.show).not.toHaveBeenCalled();
    window.emit('ready-to-show');
    expect(window.maximize).toHaveBeenCalled();
    expect(window.show).toHaveBeenCalled();
  });

  it('shows itself too where its page does not load, unless it was closed meanwhile', async () => {
    BrowserWindow.load = () => Promise.reject(new Error('no page'));
    const still = open();
    const closed = open();
    closed.isDestroyed.mockReturnValue(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect(still.show).toHaveBeenCalledOnce();
    expect(closed.show).not.toHaveBeenCalled();
  });

  it('opens where it was, no smaller than its pages allow', () => {
    const { options } = open();
    expect(options).toMatchObject({ x: 100, y: 50, width: 1000, height: 800 });
    expect(options).toMatchObject({ minWidth: 720, minHeight: 560 });
  });

  it('remembers its place, size and theme when it closes', () => {
    const window = open();
    setTheme('dark');
    window.isMaximized.mockReturnValue(true);
    window.emit('close');
    expect(readWindowState(stateFile)).toEqual({
      width: 900,
      height: 700,
      place: { x: 10, y: 20 },
      isMaximised: true,
      theme: 'dark',
    });
  });

  it('has the background of the pages, and follows the theme while it is open', () => {
    const tokens = readFileSync(
      new URL('../../../src-renderer/styles/tokens.css', import.meta.url),
      'utf8',
    );
    const backgrounds = [...tokens.matchAll(/--surface-0: (#\w+)/g)].map(([, colour]) => colour);
    const window = open();
    expect(window.options['backgroundColor']).toBe(backgrounds[0]);
    nativeTheme.shouldUseDarkColors = true;
    nativeTheme.emit('updated');
    expect(window.setBackgroundColor).toHaveBeenCalledWith(windowBackground());
    expect(backgrounds).toContain(windowBackground());
    expect(windowBackground()).not.toBe(backgrounds[0]);
    window.emit('closed');
    expect(nativeTheme.listenerCount('updated')).toBe(0);
  });

  it('does not open on a display that is no longer there', () => {
    screen.getAllDisplays.mockReturnValue([{ workArea: display }]);
    const { options } = open({ place: { x: 2500, y: 50 } });
    expect(options).not.toHaveProperty('x');
  });
});

describe('the state of a window', () => {
  it('is the first one where nothing sensible was remembered', () => {
    const first = readWindowState(stateFile);
    expect(first).toMatchObject({ place: null, isMaximised: false, theme: 'system' });
    for (const text of ['', '{', '{"width":1}', JSON.stringify({ ...state, place: 'left' })]) {
      writeFileSync(stateFile, text);
      expect(readWindowState(stateFile)).toEqual(first);
    }
  });

  it('comes back as it was saved; a folder that cannot be written is no fault', () => {
    saveWindowState(stateFile, state);
    expect(readWindowState(stateFile)).toEqual(state);
    expect(() => saveWindowState(join(folder, 'gone', 'window.json'), state)).not.toThrow();
  });

  it.each([
    ['in the middle of a display', { x: 300, y: 200 }],
    ['half over its right edge', { x: 1400, y: 100 }],
    ['on a display to the left', { x: -1500, y: 10 }],
  ])('keeps a place %s', (_where, place) => {
    const left = { x: -1600, y: 0, width: 1600, height: 900 };
    expect(fitToDisplays({ ...state, place }, [display, left]).place).toEqual(place);
  });

  it.each([
    ['right of every display', { x: 1900, y: 100 }],
    ['above, with its title bar out of reach', { x: 100, y: -200 }],
    ['below', { x: 100, y: 1030 }],
    ['left', { x: -950, y: 100 }],
  ])('forgets a place %s', (_where, place) => {
    expect(fitToDisplays({ ...state, place }, [display]).place).toBeNull();
  });

  it('shrinks to the display that it is on, and never below the smallest', () => {
    const big = { ...state, width: 5000, height: 4000 };
    const small = { x: 0, y: 0, width: 600, height: 400 };
    expect(fitToDisplays(big, [display])).toMatchObject({ width: 1920, height: 1040 });
    expect(fitToDisplays(big, [small])).toMatchObject({ width: 720, height: 560 });
  });
});

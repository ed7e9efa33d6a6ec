/** The application's window. */
import {
  BrowserWindow,
  screen,
  type BrowserWindowConstructorOptions,
  type WebPreferences,
} from 'electron';
import { currentTheme, followTheme, windowBackground } from './theme.ts';
import {
  fitToDisplays,
  saveWindowState,
  smallestWindow,
  type WindowState,
} from './window-state.ts';

export interface WindowOptions {
  /** Address of the page. */
  url: string;
  preload: string;
  state: WindowState;
  /** Where its state is remembered. */
  stateFile: string;
}

/** All of them Electron's defaults, but for the last; they are the wall between pages and the machine, so they are said. */
const webPreferences = (preload: string): WebPreferences => ({
  preload,
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  webSecurity: true,
  // Its dictionaries come from a server.
  spellcheck: false,
});

/** Opens the window, which shows itself once its page can be seen. */
export function openWindow({ url, preload, state, stateFile }: WindowOptions): BrowserWindow {
  const displays = screen.getAllDisplays().map(({ workArea }) => workArea);
  const primary = screen.getPrimaryDisplay().workArea;
  const { place, width, height, isMaximised } = fitToDisplays(state, [primary, ...displays]);
  const options: BrowserWindowConstructorOptions = {
    ...place,
    width,
    height,
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    title: 'Winnow',
    show: false,
    backgroundColor: windowBackground(),
    webPreferences: webPreferences(preload),
  };
  const window = new BrowserWindow(options);
  followTheme(window);
  window.once('ready-to-show', () => {
    if (isMaximised) window.maximize();
    window.show();
  });
  window.on('close', () => saveWindowState(stateFile, stateOf(window)));
  window.loadURL(url).catch(() => {
    // A page that does not load leaves an error in the window; one that was closed meanwhile has nobody who waits.
    if (!window.isDestroyed()) window.show();
  });
  return window;
}

function stateOf(window: BrowserWindow): WindowState {
  const { x, y, width, height } = window.getNormalBounds();
  return {
    width: Math.max(width, smallestWindow.width),
    height: Math.max(height, smallestWindow.height),
    place: { x, y },
    isMaximised: window.isMaximized(),
    theme: currentTheme(),
  };
}

/** Brings a window before the person's eyes. */
export function reveal(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

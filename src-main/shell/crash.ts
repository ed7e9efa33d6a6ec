/**
 * What a person sees when a part of Winnow has ended or hangs: one native box, in plain words, with the ways out. Nothing
 * is tried again by itself, so that a fault that comes back makes no loop.
 */
import { dialog, type BrowserWindow, type MessageBoxOptions } from 'electron';
import type { UtilityExit } from './utility-process.ts';

const quitLabel = 'Quit Winnow';

/** Watches a window's page. */
export function watchPage(window: BrowserWindow, quit: () => void): void {
  const { webContents } = window;
  let hanging: AbortController | null = null;
  let isEndedByUs = false;

  async function pageGone(): Promise<void> {
    const answer = await ask(window, {
      message: 'The window has stopped working.',
      detail: 'Your runs are safe, and a comparison that is running goes on. Reload to see it.',
      buttons: ['Reload', quitLabel],
    });
    if (answer === 'Reload') webContents.reload();
    else if (answer === quitLabel) quit();
  }

  async function pageHangs(signal: AbortSignal): Promise<void> {
    const answer = await ask(window, {
      message: 'The window does not answer.',
      detail: 'It may be busy. Wait a moment, or reload it. Your runs are safe.',
      buttons: ['Wait', 'Reload', quitLabel],
      signal,
    });
    if (signal.aborted) return;
    hanging = null;
    if (answer === quitLabel) quit();
    if (answer !== 'Reload') return;
    // A page that hangs cannot even be told to load itself again.
    isEndedByUs = true;
    webContents.forcefullyCrashRenderer();
    webContents.reload();
  }

  const hangsNoLonger = (): void => {
    hanging?.abort();
    hanging = null;
  };

  webContents.on('render-process-gone', (_event, { reason }) => {
    hangsNoLonger();
    const isExpected = isEndedByUs || reason === 'clean-exit';
    isEndedByUs = false;
    if (!isExpected) void pageGone();
  });
  window.on('responsive', hangsNoLonger);
  window.on('unresponsive', () => {
    if (hanging !== null) return;
    hanging = new AbortController();
    void pageHangs(hanging.signal);
  });
}

/** Gives the label of the button that was pressed; undefined where the window is gone. */
async function ask(window: BrowserWindow, options: MessageBoxOptions): Promise<string | undefined> {
  const { response } = await dialog.showMessageBox(window, { ...boxStyle, ...options });
  return window.isDestroyed() ? undefined : options.buttons?.[response];
}

/** Asks what to do when the core could not be kept running; its exit code is for whoever looks into it. */
export async function askAboutCore({ exitCode }: UtilityExit): Promise<'again' | 'quit'> {
  const { response } = await dialog.showMessageBox({
    ...boxStyle,
    message: 'The part of Winnow that keeps your runs cannot be started.',
    detail: `It ended several times in a row${exitCode === null ? '' : `, with exit code ${exitCode}`}. What was saved is safe. Close other programs to free some memory, then try again.`,
    buttons: ['Try again', quitLabel],
  });
  return response === 0 ? 'again' : 'quit';
}

const boxStyle = {
  type: 'error',
  title: 'Winnow',
  defaultId: 0,
  cancelId: 0,
  noLink: true,
} as const;

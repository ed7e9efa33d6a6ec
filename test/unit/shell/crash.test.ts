import type { BrowserWindow as ElectronWindow } from 'electron';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { askAboutCore, watchPage } from '../../../src-main/shell/crash.ts';
import { BrowserWindow, dialog, resetElectron } from '../../mocks/electron.ts';

let window: BrowserWindow;
let quit: ReturnType<typeof vi.fn<() => void>>;

beforeEach(() => {
  resetElectron();
  window = new BrowserWindow({});
  quit = vi.fn();
  watchPage(window as unknown as ElectronWindow, quit);
});

const answer = (response: number): void =>
  void dialog.showMessageBox.mockResolvedValueOnce({ response });

/** Lets everything that was answered take effect. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const crash = (): boolean =>
  window.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });

describe('a page that is gone', () => {
  it('is loaded again when the person wants it', async () => {
    answer(0);
    crash();
    await settled();
    expect(window.webContents.reload).toHaveBeenCalledOnce();
    expect(quit).not.toHaveBeenCalled();
  });

  it('is left when the person wants that', async () => {
    answer(1);
    crash();
    await settled();
    expect(quit).toHaveBeenCalledOnce();
    expect(window.webContents.reload).not.toHaveBeenCalled();
  });

  it('is never loaded again by itself, however often it goes', () => {
    dialog.showMessageBox.mockReturnValue(new Promise(() => undefined));
    crash();
    expect(window.webContents.reload).not.toHaveBeenCalled();
  });

  it('is nothing to speak of when it ended as it should', () => {
    window.webContents.emit('render-process-gone', {}, { reason: 'clean-exit', exitCode: 0 });
    expect(dialog.showMessageBox).not.toHaveBeenCalled();
  });
});

describe('a page that hangs', () => {
  it('is waited for, or ended and loaded again without a second box', async () => {
    answer(0);
    window.emit('unresponsive');
    await settled();
    expect(window.webContents.reload).not.toHaveBeenCalled();
    answer(1);
    window.emit('unresponsive');
    await settled();
    expect(window.webContents.forcefullyCrashRenderer).toHaveBeenCalledOnce();
    expect(window.webContents.reload).toHaveBeenCalledOnce();
    crash();
    expect(dialog.showMessageBox).toHaveBeenCalledTimes(2);
  });

  it('takes its box away when it answers again', async () => {
    let signal: AbortSignal | undefined;
    dialog.showMessageBox.mockImplementationOnce((_window, options) => {
      signal = (options as { signal: AbortSignal }).signal;
      return new Promise((resolve) =>
        signal?.addEventListener('abort', () => resolve({ response: 1 })),
      );
    });
    window.emit('unresponsive');
    window.emit('unresponsive');
    expect(dialog.showMessageBox).toHaveBeenCalledOnce();
    window.emit('responsive');
    await settled();
    expect(signal?.aborted).toBe(true);
    expect(window.webContents.forcefullyCrashRenderer).not.toHaveBeenCalled();
  });
});

describe('a core that cannot be kept running', () => {
  it('is for the person to decide', async () => {
    answer(0);
    expect(await askAboutCore({ exitCode: 133 })).toBe('again');
    expect(dialog.showMessageBox.mock.lastCall?.[0]).toMatchObject({
      detail: expect.stringContaining('exit code 133') as string,
    });
    answer(1);
    expect(await askAboutCore({ exitCode: null })).toBe('quit');
  });
});

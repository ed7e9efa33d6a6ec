import { EventEmitter } from 'node:events';
import type { BrowserWindow as ElectronWindow } from 'electron';
import { beforeEach, describe, expect, it } from 'vitest';
import { Leaving } from '../../../src-main/shell/leaving.ts';
import { app, BrowserWindow, dialog, preventable, resetElectron } from '../../mocks/electron.ts';

const [stopAndClose, goOn] = [0, 1];
let window: BrowserWindow;
let signals: EventEmitter;
let isComparing: boolean;

beforeEach(() => {
  resetElectron();
  window = new BrowserWindow({});
  signals = new EventEmitter();
  isComparing = true;
  new Leaving(() => isComparing, signals).watch(window as unknown as ElectronWindow);
});

const answer = (response: number): void =>
  void dialog.showMessageBox.mockResolvedValueOnce({ response });

/** Lets everything that was answered take effect. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Leaves by this way; gives whether it was prevented. */
async function isPrevented(from: EventEmitter, name: string): Promise<boolean> {
  const event = preventable({});
  from.emit(name, event);
  await settled();
  return event.isPrevented;
}

const ways = [
  ['quitting', () => isPrevented(app, 'before-quit')],
  ...(process.platform === 'darwin'
    ? []
    : [['closing the window', () => isPrevented(window, 'close')] as const]),
] as const;

describe.each(ways)('%s', (_way, leave) => {
  it('needs no question while nothing runs', async () => {
    isComparing = false;
    expect(await leave()).toBe(false);
    expect(dialog.showMessageBox).not.toHaveBeenCalled();
  });

  it('is asked about while a comparison runs, each time', async () => {
    for (let time = 1; time <= 2; time += 1) {
      answer(goOn);
      expect(await leave()).toBe(true);
      expect(dialog.showMessageBox).toHaveBeenCalledTimes(time);
    }
    expect(app.quit).not.toHaveBeenCalled();
  });

  it('is done, without a second question, where the person says so', async () => {
    answer(stopAndClose);
    expect(await leave()).toBe(true);
    expect(app.quit).toHaveBeenCalledOnce();
    expect(await isPrevented(app, 'before-quit')).toBe(false);
    expect(await isPrevented(window, 'close')).toBe(false);
    expect(dialog.showMessageBox).toHaveBeenCalledOnce();
  });

  it('is asked about by one box only', async () => {
    dialog.showMessageBox.mockReturnValue(new Promise(() => undefined));
    await leave();
    expect(await leave()).toBe(true);
    expect(dialog.showMessageBox).toHaveBeenCalledOnce();
  });
});

describe('the end of the session', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('asks nobody: %s', async (signal) => {
    signals.emit(signal);
    expect(app.quit).toHaveBeenCalledOnce();
    expect(await isPrevented(app, 'before-quit')).toBe(false);
    expect(dialog.showMessageBox).not.toHaveBeenCalled();
  });
});

/** Leaving Winnow ends a comparison that is running, so the person is asked first, whichever way they leave. */
import { app, dialog, type BrowserWindow, type MessageBoxOptions } from 'electron';

/** By these the system, or a terminal, ends a program: nobody may be there to answer. */
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What gives the signals: the process. */
export interface SignalSource {
  on(signal: (typeof endingSignals)[number], listener: () => void): unknown;
}

interface Preventable {
  preventDefault(): void;
}

export class Leaving {
  private readonly isComparing: () => boolean;
  private isDecided = false;
  private isAsking = false;

  /** @param isComparing whether a comparison is running */
  constructor(isComparing: () => boolean, signals: SignalSource) {
    this.isComparing = isComparing;
    app.on('before-quit', (event) => this.askBefore(event, null));
    for (const signal of endingSignals) signals.on(signal, () => this.leave());
  }

  /** Winnow is left with its window, but for macOS, where an application goes on without windows. */
  watch(window: BrowserWindow): void {
    if (process.platform === 'darwin') return;
    window.on('close', (event) => this.askBefore(event, window));
    // The system does not wait for an answer when the person logs off.
    window.on('session-end', () => this.leave());
  }

  private askBefore(event: Preventable, window: BrowserWindow | null): void {
    if (this.isDecided || !this.isComparing()) return;
    event.preventDefault();
    if (!this.isAsking) void this.ask(window);
  }

  private async ask(window: BrowserWindow | null): Promise<void> {
    this.isAsking = true;
    const { response } = await (window === null
      ? dialog.showMessageBox(box)
      : dialog.showMessageBox(window, box));
    this.isAsking = false;
    if (box.buttons[response] === stopAndClose) this.leave();
  }

  private leave(): void {
    this.isDecided = true;
    app.quit();
  }
}

const stopAndClose = 'Stop and close';

const box = {
  type: 'question',
  title: 'Winnow',
  message: 'A comparison is running.',
  detail: 'Closing Winnow stops it; what was written is kept.',
  buttons: [stopAndClose, 'Go on'],
  defaultId: 1,
  cancelId: 1,
  noLink: true,
} satisfies MessageBoxOptions;

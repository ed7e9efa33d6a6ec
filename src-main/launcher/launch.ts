/** Decides how Winnow opens: in its window, or served to a browser. Every step is handed in, so that each way can be tested. */
import type { DownloadEnd } from './electron-download.ts';
import type { WindowEnd } from './electron-window.ts';
import type { Command } from './options.ts';

export interface LaunchSteps {
  hasDisplay: boolean;
  /** Whether the person has ended Winnow meanwhile. */
  stopped(): boolean;
  needsBuild(): Promise<boolean>;
  /** Throws a WinnowError. */
  build(): Promise<void>;
  electronBinary(): string | null;
  downloadElectron(): Promise<DownloadEnd>;
  runWindow(binary: string): Promise<WindowEnd>;
  say(line: string): void;
}

/** What is left to do: serve the application, or end with this exit code. */
export type Launched = { kind: 'serve' } | { kind: 'ended'; code: number };

/** Exit code of a program that was ended by Ctrl+C. */
const interrupted: Launched = { kind: 'ended', code: 130 };

/** Builds what is not built, then tries the window where it was asked for and can be. */
export async function launch(command: Command, steps: LaunchSteps): Promise<Launched> {
  if (await steps.needsBuild()) {
    steps.say('Building Winnow for this start (a few seconds) …');
    await steps.build();
  }
  if (steps.stopped()) return interrupted;
  if (command === 'serve') return { kind: 'serve' };
  return openWindow(steps);
}

async function openWindow(steps: LaunchSteps): Promise<Launched> {
  const instead = (why: string): Launched => {
    steps.say(`${why}, so Winnow opens in a browser instead.`);
    return { kind: 'serve' };
  };
  if (!steps.hasDisplay) return instead('There is no display here');
  let binary = steps.electronBinary();
  if (binary === null) {
    steps.say('Fetching Electron, which makes the window (about 120 MB, only once) …');
    const end = await steps.downloadElectron();
    if (end === 'stopped' || steps.stopped()) return interrupted;
    binary = steps.electronBinary();
    if (binary === null) return instead(downloadFault[end]);
  }
  const end = await steps.runWindow(binary);
  return end.kind === 'ended' ? end : instead(`The window could not start (${end.reason})`);
}

const downloadFault: Record<Exclude<DownloadEnd, 'stopped'>, string> = {
  done: 'Electron is not complete',
  failed: 'Electron could not be fetched',
  silent: 'Electron does not arrive',
  stalled: 'Electron stopped arriving',
};

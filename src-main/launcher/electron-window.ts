/** Runs Electron with Winnow in it, and tells a window that a person closed from one that never came. */
import { spawn } from 'node:child_process';

export type WindowEnd = { kind: 'ended'; code: number } | { kind: 'failed'; reason: string };

export interface WindowOptions {
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  /** A fault within this time is a start that failed; one after it is a fault of the running application. */
  startMilliseconds?: number;
  /** Gets what Electron says on its error channel, once the window is up. */
  complain: (text: string) => void;
}

/** Electron says a lot when it starts, and what matters comes last. */
const mostKept = 16_000;

/** Resolves when Electron has ended. Its sandbox is never turned off: where it cannot have one, it does not run. */
export function runWindow(
  binary: string,
  projectFolder: string,
  { env, signal, startMilliseconds = 10_000, complain }: WindowOptions,
): Promise<WindowEnd> {
  return new Promise((resolve) => {
    const began = performance.now();
    const started = (): boolean => performance.now() - began > startMilliseconds;
    const child = spawn(binary, [projectFolder], {
      stdio: ['ignore', 'inherit', 'pipe'],
      // Editors set it in their terminals; with it, Electron would be a plain Node.
      env: { ...env, ELECTRON_RUN_AS_NODE: undefined },
    });
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (started()) complain(text);
      else complaint = (complaint + text).slice(-mostKept);
    });
    signal.addEventListener('abort', () => void child.kill('SIGTERM'), { once: true });
    child.on('error', ({ message }) => resolve({ kind: 'failed', reason: message }));
    child.on('close', (code, by) =>
      resolve(judgeEnd({ code, by, complaint, stopped: signal.aborted, duringStart: !started() })),
    );
  });
}

/** What the end of Electron means. */
export function judgeEnd(end: {
  code: number | null;
  by: NodeJS.Signals | null;
  complaint: string;
  /** The person ended Winnow. */
  stopped: boolean;
  duringStart: boolean;
}): WindowEnd {
  if (end.stopped || end.code === 0) return { kind: 'ended', code: 0 };
  if (!end.duringStart) return { kind: 'ended', code: end.code ?? 1 };
  return { kind: 'failed', reason: reasonOf(end.complaint, end.code ?? end.by ?? 'unknown') };
}

/** Why Electron did not start, from what it says where it is known to fail. */
function reasonOf(complaint: string, end: number | string): string {
  const library = /error while loading shared libraries: ([^:\s]+)/.exec(complaint)?.[1];
  if (library !== undefined) return `this system has no ${library}`;
  if (/sandbox/i.test(complaint)) return 'this system gives it no sandbox';
  if (/missing x server|open display|connect to wayland|ozone/i.test(complaint)) {
    return 'the display does not answer';
  }
  return `it ended with ${end}`;
}

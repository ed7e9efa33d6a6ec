/** A running engine process, seen from the core: three makers (fork, utility process, plain Node) give the same thing. */
import { fork } from 'node:child_process';
import type { EngineRequest } from '../contract/engine-messages.ts';

/** How a process ended; both are null where it could not even be started. */
export interface EngineExit {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

export interface EngineChannel {
  readonly pid: number | undefined;
  send(request: EngineRequest): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, when the process is gone, however it went. */
  onExit(listener: (exit: EngineExit) => void): void;
  /** Ends the process at once, in the middle of whatever it does. */
  kill(): void;
}

export type EngineChannelMaker = () => EngineChannel;

/**
 * Starts engines as child processes of Node, with structured-clone messages so that typed arrays cross as they are.
 * @param entry path of the engine's entry file
 * @param node path of the Node that runs it; left out: the one that runs this
 */
export function forkedEngine(entry: string, node = process.execPath): EngineChannelMaker {
  return () => {
    const child = fork(entry, [], {
      execPath: node,
      serialization: 'advanced',
      // From the process's first moment: see engine/onnxruntime.ts.
      env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' },
      // What native code says when it crashes is for nobody: it could hold a piece of a prompt.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // A group of its own: Ctrl+C in a terminal goes to a whole group, and must not kill the engine but stop the run.
      // On Windows that would open a window; there the entry ignores the signal.
      detached: process.platform !== 'win32',
      // The window's application has no console on Windows, so that its Node would open one.
      windowsHide: true,
    });
    return {
      pid: child.pid,
      send: (request) => {
        if (child.connected) child.send(request);
      },
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) => {
        let told = false;
        const tell = (exitCode: number | null, signal: NodeJS.Signals | null): void => {
          if (!told) listener({ exitCode, signal });
          told = true;
        };
        child.once('error', () => tell(null, null));
        child.once('exit', tell);
      },
      kill: () => void child.kill('SIGKILL'),
    };
  };
}

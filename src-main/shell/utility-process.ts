/** A utility process of Electron: named, with little of the environment, silent, and with an end that is told once. */
import { app, utilityProcess, type MessagePortMain } from 'electron';

export interface UtilityOptions {
  /** The name that the system's task list shows. */
  name: string;
  /** Path of its entry: a real file, none of an archive. */
  entry: string;
  environment: Record<string, string>;
}

export interface UtilityExit {
  /** null where it could not even be started. */
  exitCode: number | null;
}

export interface Utility {
  readonly pid: number | undefined;
  post(message: unknown, ports?: MessagePortMain[]): void;
  onSpawn(listener: () => void): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, however it ended. */
  onExit(listener: (exit: UtilityExit) => void): void;
  kill(): void;
}

export function startUtility({ name, entry, environment }: UtilityOptions): Utility {
  const child = utilityProcess.fork(entry, [], {
    serviceName: name,
    env: environment,
    // What native code says when it crashes is for nobody but a developer: it could hold a piece of a prompt.
    stdio: app.isPackaged ? 'ignore' : 'inherit',
  });
  // A fault of V8 comes as `error` before `exit`, and without a listener it would end the shell. Its report is not read: it
  // could hold a piece of a prompt.
  child.on('error', () => undefined);
  return {
    get pid() {
      return child.pid;
    },
    post: (message, ports) => child.postMessage(message, ports),
    onSpawn: (listener) => void child.once('spawn', listener),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', (exitCode) => listener({ exitCode })),
    kill: () => void child.kill(),
  };
}

/** What a process needs to find folders and speak the person's language. */
const passedOn: readonly string[] = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LANGUAGE', 'TZ', 'TMPDIR'],
  ...['XDG_DATA_HOME', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME'],
  ...['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'TEMP', 'TMP', 'NUMBER_OF_PROCESSORS'],
  ...['USERPROFILE', 'USERNAME', 'HOMEDRIVE', 'HOMEPATH', 'APPDATA', 'LOCALAPPDATA'],
  ...['PROGRAMDATA', 'PROGRAMFILES', 'PROCESSOR_ARCHITECTURE'],
  // Where this person keeps data and models.
  ...['WINNOW_DATA', 'OLLAMA_MODELS'],
  // Which NVIDIA card the engine takes, and where CUDA is.
  ...['CUDA_VISIBLE_DEVICES', 'CUDA_DEVICE_ORDER', 'CUDA_PATH'],
];

/**
 * The part of the environment that a process of ours gets. A list of what passes, so that nothing that makes a program
 * load foreign code (NODE_OPTIONS, LD_PRELOAD, DYLD_INSERT_LIBRARIES, ELECTRON_RUN_AS_NODE …) or that is secret does.
 */
export function minimalEnvironment(
  environment: Record<string, string | undefined>,
): Record<string, string> {
  const passing = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && passes(entry[0]),
  );
  return Object.fromEntries(passing);
}

/** Windows spells its names in any case. */
function passes(name: string): boolean {
  const upper = name.toUpperCase();
  return passedOn.includes(upper) || upper.startsWith('LC_');
}

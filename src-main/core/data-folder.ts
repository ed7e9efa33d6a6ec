/** Where Winnow keeps what it knows: one folder for the window, the served application and the command line. */
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { WinnowError } from '../contract/errors.ts';

export interface DataFolder {
  root: string;
  /** The database's file. */
  database: string;
  preparedModels: string;
  /** What was found out about this machine's devices. */
  deviceFindings: string;
  logs: string;
  /** Exports that lie ready to be saved or downloaded. */
  exports: string;
}

export interface Surroundings {
  platform: NodeJS.Platform;
  environment: Record<string, string | undefined>;
  home: string;
}

/** This machine. */
export const here = (): Surroundings => ({
  platform: process.platform,
  environment: process.env,
  home: homedir(),
});

/**
 * The paths of the data folder; nothing is made. `WINNOW_DATA` names the folder; else it is where the platform keeps
 * applications' data that stays on this machine: prepared models are too big to follow a person around.
 */
export function dataFolder(surroundings: Surroundings = here()): DataFolder {
  const { WINNOW_DATA: chosen } = surroundings.environment;
  const root = chosen ? resolve(chosen) : platformFolder(surroundings);
  return {
    root,
    database: join(root, 'database', 'winnow.db'),
    preparedModels: join(root, 'prepared'),
    deviceFindings: join(root, 'devices.json'),
    logs: join(root, 'logs'),
    exports: join(root, 'exports'),
  };
}

function platformFolder({ platform, environment, home }: Surroundings): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Winnow');
  if (platform === 'win32') {
    return join(environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Winnow');
  }
  // XDG Base Directory Specification: a relative path there is to be ignored.
  const { XDG_DATA_HOME: xdg } = environment;
  return join(xdg && isAbsolute(xdg) ? xdg : join(home, '.local', 'share'), 'winnow');
}

/** Makes the data folder and its subfolders, readable for this person only. Throws `file-failed`. */
export function makeDataFolder(folder: DataFolder): void {
  const { root, database, preparedModels, logs, exports } = folder;
  try {
    for (const path of [root, join(database, '..'), preparedModels, logs, exports]) {
      makeFolder(path);
    }
  } catch (error) {
    throw new WinnowError(
      'file-failed',
      `The folder for Winnow's data, ${root}, could not be made.`,
      'Check that you may write there, or name another folder in the environment variable WINNOW_DATA.',
      {},
      { cause: error },
    );
  }
}

/** Makes a folder and those above it. Node's own recursive form never returns where a file system takes no folders. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it in the meantime.
    if (!existsSync(path)) throw error;
  }
}

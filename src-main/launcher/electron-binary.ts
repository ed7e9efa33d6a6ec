/** Where Electron's program lies, once the `electron` package has it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Surroundings } from './surroundings.ts';

/** The program's path within Electron's folder. */
function programName(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return platform === 'win32' ? 'electron.exe' : 'electron';
}

/**
 * The path of Electron's program, or null where it is not there, or not whole.
 * @param electronFolder of the `electron` package
 */
export function electronBinary(
  electronFolder: string,
  { platform, env }: Surroundings,
  isThere: (path: string) => boolean = existsSync,
): string | null {
  const own = env.ELECTRON_OVERRIDE_DIST_PATH;
  if (own !== undefined && own !== '') return ifThere(join(own, programName(platform)), isThere);
  // The package writes this file last, when everything is unpacked.
  if (!isThere(join(electronFolder, 'path.txt'))) return null;
  return ifThere(join(electronFolder, 'dist', programName(platform)), isThere);
}

const ifThere = (path: string, isThere: (path: string) => boolean): string | null =>
  isThere(path) ? path : null;

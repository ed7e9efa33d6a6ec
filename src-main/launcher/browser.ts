/**
 * Opens the system's browser, where there is one. The address stands in a command line, with its token, until the browser
 * has spent that: docs/architecture.md says what to do where others could read it.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { hasDisplay, type Surroundings } from './surroundings.ts';

export interface ProgramCall {
  program: string;
  words: string[];
}

/**
 * What opens an address in the person's browser, or null where nothing does.
 * @param wanted the person's own word; null: where there is a display
 */
export function browserCall(
  address: string,
  surroundings: Surroundings,
  wanted: boolean | null,
  isThere: (program: string) => boolean,
): ProgramCall | null {
  if (!(wanted ?? hasDisplay(surroundings))) return null;
  switch (surroundings.platform) {
    case 'darwin':
      return { program: 'open', words: [address] };
    case 'win32':
      // Not `cmd /c start`: that would read the address as a command line.
      return { program: 'rundll32', words: ['url.dll,FileProtocolHandler', address] };
    default:
      return isThere('xdg-open') ? { program: 'xdg-open', words: [address] } : null;
  }
}

/** Whether a program of this name lies in a folder of PATH. */
export function isOnPath(program: string, path: string): boolean {
  return path.split(delimiter).some((folder) => folder !== '' && isRunnable(join(folder, program)));
}

function isRunnable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether the program did what it was called for. One that has not ended by then is taken for the browser itself: it goes on,
 * also after Winnow has ended.
 */
export function callProgram(
  { program, words }: ProgramCall,
  patienceMilliseconds = 5_000,
): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, words, { stdio: 'ignore', detached: true });
    const patience = setTimeout(() => resolve(true), patienceMilliseconds);
    const done = (worked: boolean): void => {
      clearTimeout(patience);
      resolve(worked);
    };
    child.on('error', () => done(false));
    child.on('exit', (code) => done(code === 0));
    child.unref();
  });
}

/** One Winnow for each data folder: two would write to one window state and one database at a time. */
import { app } from 'electron';

/**
 * @param onSecond called when a person starts Winnow again; what they typed behind its name is nobody's command
 * @returns whether this is the first one; the second is told to quit
 */
export function claimSingleInstance(onSecond: () => void): boolean {
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return false;
  }
  app.on('second-instance', () => onSecond());
  return true;
}

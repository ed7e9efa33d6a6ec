/** Winnow does not run without Chromium's sandbox, whoever asks for that: some package starters do where it cannot start. */
import { app, dialog } from 'electron';

/** Ends Winnow with a sentence where it was started without the sandbox; gives whether it did. */
export function refuseWithoutSandbox(): boolean {
  if (!app.commandLine.hasSwitch('no-sandbox')) return false;
  dialog.showErrorBox(
    'Winnow cannot start safely here',
    'This system does not let Winnow protect itself with its sandbox, and Winnow does not run without one. Install the .deb package, which brings the permission along, or start "npm run serve" from a clone and use Winnow in your browser.',
  );
  app.exit(1);
  return true;
}

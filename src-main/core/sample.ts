/** The recorded run that ships with Winnow, so that there is something to see before any model has run. */
import { readFile } from 'node:fs/promises';
import { WinnowError } from '../contract/errors.ts';
import type { RecordedRun } from '../contract/recording.ts';
import { laterSettings } from '../contract/settings.ts';

/**
 * Reads it; the built-in models made it, and stand in its settings as what is stored names them. What
 * settings have got since it was recorded is what was done then, as with runs of before.
 * @throws file-failed where the installation lacks it
 */
export async function readSample(file: string): Promise<RecordedRun> {
  return readFile(file, 'utf8')
    .then((text) => {
      const run = JSON.parse(text) as RecordedRun;
      return { ...run, settings: { ...laterSettings, ...run.settings } };
    })
    .catch((cause: unknown) => {
      throw new WinnowError(
        'file-failed',
        'The sample run that comes with Winnow could not be read.',
        'Install Winnow again, or go on with a comparison of your own.',
        {},
        { cause },
      );
    });
}

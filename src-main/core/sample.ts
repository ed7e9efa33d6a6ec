/** The recorded run that ships with Winnow, so that there is something to see before any model has run. */
import { readFile } from 'node:fs/promises';
import { WinnowError } from '../contract/errors.ts';
import type { RecordedRun } from '../contract/recording.ts';

/**
 * Reads it; its models are those of this installation, so that it can be run again as it is.
 * @param builtInModels paths of the pair that ships with Winnow, which made it
 * @throws file-failed where the installation lacks it
 */
export async function readSample(
  file: string,
  builtInModels: { generator: string; reward: string },
): Promise<RecordedRun> {
  const run = await readFile(file, 'utf8')
    .then((text) => JSON.parse(text) as RecordedRun)
    .catch((cause: unknown) => {
      throw new WinnowError(
        'file-failed',
        'The sample run that comes with Winnow could not be read.',
        'Install Winnow again, or go on with a comparison of your own.',
        {},
        { cause },
      );
    });
  return { ...run, settings: { ...run.settings, ...builtInModels } };
}

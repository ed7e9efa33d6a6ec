/** The licences of everything that ships with Winnow, models too: a list that the build writes (docs/packaging.md). */
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { WinnowError } from '../contract/errors.ts';
import type { LicenceEntry } from '../contract/methods.ts';

const listSchema = v.array(
  v.object({ name: v.string(), version: v.string(), licence: v.string(), text: v.string() }),
) satisfies v.GenericSchema<unknown, LicenceEntry[]>;

/** @throws file-failed where the installation lacks the list */
export async function readLicences(file: string): Promise<LicenceEntry[]> {
  try {
    return v.parse(listSchema, JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new WinnowError(
      'file-failed',
      'The list of licences that comes with Winnow could not be read.',
      'Install Winnow again.',
      {},
      { cause },
    );
  }
}

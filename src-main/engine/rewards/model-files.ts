/** What lies at a path that a person gives; the files of a model's folder are read by folders/model-folder.ts. */
import { stat } from 'node:fs/promises';
import { fileErrorCode, unreadableRewardModel } from './faults.ts';

/** What lies at a path; null where nothing does. Throws model-unreadable. */
export async function statOrNull(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    const code = fileErrorCode(error);
    // The last one: no path can hold a NUL.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ERR_INVALID_ARG_VALUE') return null;
    throw unreadableRewardModel(path, error);
  }
}

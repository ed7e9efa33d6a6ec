/** Turns what SQLite throws into the errors that a person can act on. */
import { dirname } from 'node:path';
import { WinnowError } from '../contract/errors.ts';

const isDamaged = (code: string) => code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT');
const isBusy = (code: string) => code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED');
const isFull = (code: string) => code === 'SQLITE_FULL';
const isUnwritable = (code: string) =>
  code.startsWith('SQLITE_CANTOPEN') ||
  code.startsWith('SQLITE_READONLY') ||
  code === 'SQLITE_PERM';

/** The error's code as SQLite or Node names it (`SQLITE_BUSY`, `ENOENT`), or an empty text. */
export function nativeCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

export function damagedError(path: string, cause?: unknown): WinnowError {
  return new WinnowError(
    'store-damaged',
    'The file of stored runs is damaged, or it is not a Winnow database.',
    `Move ${path} to another place and start again: Winnow then makes a new one. A file beside it that ends in .backup is an older copy.`,
    { cause: nativeCode(cause) },
    { cause },
  );
}

/**
 * The WinnowError for anything thrown while the database at `path` was used. Errors of ours pass unchanged; so does
 * everything that is not SQLite's, because it is a fault of the program.
 */
export function storeError(error: unknown, path: string): unknown {
  const code = nativeCode(error);
  if (error instanceof WinnowError || !code.startsWith('SQLITE_')) return error;
  const details = { cause: code };
  const options = { cause: error };
  if (isDamaged(code)) return damagedError(path, error);
  if (isBusy(code)) {
    return new WinnowError(
      'store-busy',
      'Another program is using the file of stored runs and does not let go of it.',
      `Close other programs that use ${path}, then try again.`,
      details,
      options,
    );
  }
  if (isFull(code)) {
    return new WinnowError(
      'store-failed',
      'The disk is full, so the run could not be stored.',
      `Free some space on the disk that holds ${path}, then try again.`,
      details,
      options,
    );
  }
  if (isUnwritable(code)) {
    return new WinnowError(
      'store-failed',
      'The file of stored runs cannot be opened for writing.',
      `Check that you may write to the folder ${dirname(path)} and the file in it, or choose another file.`,
      details,
      options,
    );
  }
  return new WinnowError(
    'store-failed',
    'The file of stored runs could not be read or written.',
    `Check the disk that holds ${path}, then try again.`,
    details,
    options,
  );
}

/** Runs `work` and throws its failures as storeError says. */
export function withStoreErrors<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw storeError(error, path);
  }
}

/** Looks through a folder of another program: read only, and never without an end. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** More than any of these programs nests. */
const deepest = 6;
/** So many names are looked at; a folder with more holds something else than models. */
const mostNames = 20_000;

/**
 * The files in a folder and the folders in it, as paths from it, in the order of their names. Links to folders are not
 * followed, links to files only where the file is in the folder too, so that nothing is met twice or outside of it.
 */
export async function filesIn(folder: string): Promise<string[]> {
  const root = await realpath(folder).catch(() => null);
  if (root === null) return [];
  const found: string[] = [];
  let names = 0;

  async function walk(from: string, depth: number): Promise<void> {
    const entries = await readdir(join(root ?? '', from), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      names += 1;
      if (names > mostNames) return;
      const path = join(from, entry.name);
      if (entry.isDirectory() && depth < deepest) await walk(path, depth + 1);
      else if (entry.isFile()) found.push(path);
      else if (entry.isSymbolicLink() && (await isFileWithin(root ?? '', path))) found.push(path);
    }
  }

  await walk('', 1);
  return found;
}

async function isFileWithin(root: string, path: string): Promise<boolean> {
  const target = await realpath(join(root, path)).catch(() => null);
  if (!target?.startsWith(root + sep)) return false;
  return (await sizeOfFile(target)) !== null;
}

/** A file's size in bytes; null where there is no such file. */
export async function sizeOfFile(path: string): Promise<number | null> {
  const facts = await stat(path).catch(() => null);
  return facts?.isFile() ? facts.size : null;
}

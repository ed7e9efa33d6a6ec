/** The files that an ONNX file and its numbers lie in. None may lie outside of the model's folder, whatever the names say. */
import { stat } from 'node:fs/promises';
import { dirname, posix, relative, sep } from 'node:path';
import type { ModelFolder } from '../folders/model-folder.ts';
import { unreadableExport } from './faults.ts';

export interface DataFile {
  /** In the model's folder. */
  name: string;
  /** Where it really lies, links followed. */
  path: string;
  sizeBytes: number;
}

/** The ONNX file, and those beside it that it names. */
export class DataFiles {
  readonly #folder: ModelFolder;
  /** Where the ONNX file is in the folder. */
  readonly #place: string;
  readonly #known = new Map<string, DataFile>();

  /** @param modelFile its name in the folder ("onnx/model.onnx") */
  constructor(folder: ModelFolder, modelFile: string) {
    this.#folder = folder;
    this.#place = posix.dirname(modelFile);
  }

  /**
   * A file by the name that the ONNX file gives.
   * @throws model-unreadable, model-damaged
   */
  async find(location: string): Promise<DataFile> {
    const known = this.#known.get(location);
    if (known !== undefined) return known;
    // Whoever names a file has to say that it lies here; the folder checks where it really does.
    const name = this.#place === '.' ? location : `${this.#place}/${location}`;
    const path = await this.#folder.find(name);
    if (path === null) throw unreadableExport(location, new Error('no such file'));
    const { size } = await stat(path).catch((error: unknown) => {
      throw unreadableExport(location, error);
    });
    const found = { name: posix.normalize(name), path, sizeBytes: size };
    this.#known.set(location, found);
    return found;
  }

  /** All that were found, each real file once, in the order of their names. */
  all(): DataFile[] {
    const byName = [...this.#known.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
    const paths = new Set<string>();
    return byName.filter(({ path }) => !paths.has(path) && paths.add(path));
  }

  /** The folder that all of them lie in or below. */
  root(): string {
    const [first = sep, ...others] = this.all().map(({ path }) => dirname(path));
    return others.reduce((common, folder) => {
      let shared = common;
      while (shared !== folder && !folder.startsWith(shared + sep)) shared = dirname(shared);
      return shared;
    }, first);
  }
}

/** A file's name as seen from a folder, in the way that ONNX writes it. */
export function nameFrom(root: string, { path }: DataFile): string {
  return relative(root, path).split(sep).join('/');
}

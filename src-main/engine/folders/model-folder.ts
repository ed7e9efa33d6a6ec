/** A model that is a folder of files, as Hugging Face keeps them. Nothing that lies elsewhere is read. */
import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import * as v from 'valibot';
import { WinnowError } from '../../contract/errors.ts';
import { damagedFile, leadsOut, noSuchFolder, notAModelFolder, unreadableFile } from './faults.ts';

const megabyte = 1_000_000;
/** Far above any real configuration (the longest are lists of quantised layers). */
const largestText = 16 * megabyte;

export class ModelFolder {
  /** As it was given, in full. */
  readonly path: string;
  /** As people know the model: "owner/name" in the cache of the Hugging Face hub, else the folder's name. */
  readonly name: string;
  /** Where the files really have to be. */
  readonly #bounds: string;

  private constructor(path: string, name: string, bounds: string) {
    this.path = path;
    this.name = name;
    this.#bounds = bounds;
  }

  /** @throws model-not-found, model-unreadable */
  static async open(path: string): Promise<ModelFolder> {
    const whole = resolve(path);
    try {
      if (!(await stat(whole)).isDirectory()) throw noSuchFolder(path);
      const real = await realpath(whole);
      const hub = hubFolderOf(real);
      const name = hub === null ? basename(whole) : hubName(hub);
      return new ModelFolder(whole, name, hub ?? real);
    } catch (error) {
      if (error instanceof WinnowError) throw error;
      throw isMissing(error) ? noSuchFolder(path) : unreadableFile(basename(whole), error);
    }
  }

  /**
   * Where a file really lies; null where there is none.
   * @param name in the folder, or in one in it ("onnx/model.onnx")
   * @throws model-unreadable where it lies elsewhere or cannot be read, model-damaged where it is no plain file
   */
  async find(name: string): Promise<string | null> {
    if (isAbsolute(name) || name.split(/[\\/]/).includes('..')) throw leadsOut(name);
    let real: string;
    let isFile: boolean;
    try {
      real = await realpath(join(this.path, name));
      isFile = (await stat(real)).isFile();
    } catch (error) {
      if (isMissing(error)) return null;
      throw unreadableFile(name, error);
    }
    // The root of a drive ends with the separator itself.
    const inside = this.#bounds.endsWith(sep) ? this.#bounds : this.#bounds + sep;
    if (!real.startsWith(inside)) throw leadsOut(name);
    // Reading a pipe or a device could keep us waiting for ever.
    if (!isFile) throw damagedFile(name, 'it is not a file');
    return real;
  }

  /**
   * A text file; null where there is none.
   * @param most bytes
   * @throws model-unreadable, model-damaged
   */
  async readText(name: string, most: number = largestText): Promise<string | null> {
    const path = await this.find(name);
    if (path === null) return null;
    try {
      const { size } = await stat(path);
      if (size > most) throw damagedFile(name, 'it is impossibly large', { sizeBytes: size });
      return await readFile(path, 'utf8');
    } catch (error) {
      throw error instanceof WinnowError ? error : unreadableFile(name, error);
    }
  }

  /**
   * A JSON file as the schema describes it; null where there is none.
   * @throws model-unreadable, model-damaged
   */
  async readJson<Schema extends v.GenericSchema>(
    name: string,
    schema: Schema,
    most?: number,
  ): Promise<v.InferOutput<Schema> | null> {
    const text = await this.readText(name, most);
    if (text === null) return null;
    const result = v.safeParse(schema, parseJson(name, text));
    if (result.success) return result.output;
    const field = v.getDotPath(result.issues[0]) ?? '';
    const reason = field === '' ? 'it does not hold what it should' : `"${field}" makes no sense`;
    throw damagedFile(name, reason, { field });
  }

  /** The same for a file that must be there. Throws model-format-unsupported as well. */
  async requireJson<Schema extends v.GenericSchema>(
    name: string,
    schema: Schema,
    most?: number,
  ): Promise<v.InferOutput<Schema>> {
    const read = await this.readJson(name, schema, most);
    if (read === null) throw notAModelFolder(name);
    return read;
  }
}

/**
 * The hub's cache keeps a model's files once, in `models--owner--name/blobs`, and a folder of links to them for every
 * version: `models--owner--name/snapshots/<revision>`.
 * @returns the folder of the model where `folder` is such a version
 */
function hubFolderOf(folder: string): string | null {
  const snapshots = dirname(folder);
  const model = dirname(snapshots);
  const isVersion = basename(snapshots) === 'snapshots' && basename(model).startsWith('models--');
  return isVersion ? model : null;
}

function hubName(model: string): string {
  return basename(model)
    .replace(/^models--/, '')
    .replace('--', '/');
}

function parseJson(name: string, text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    // Schemas of objects take lists as well.
    return Array.isArray(value) ? null : value;
  } catch {
    throw damagedFile(name, 'it is not valid JSON');
  }
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  // The last one: no path can hold a NUL.
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ERR_INVALID_ARG_VALUE';
}

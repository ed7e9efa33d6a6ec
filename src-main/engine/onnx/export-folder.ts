/** A folder with ONNX files of one model, and which of them is used: exporters put it there in several forms. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { WinnowError } from '../../contract/errors.ts';
import { ModelFolder } from '../folders/model-folder.ts';
import { weightsFile, weightsIndex } from '../folders/weight-files.ts';
import { hasCache, readExportShape, type ExportShape } from './decoder-shape.ts';
import { configFiles, readExportConfig, type ExportConfig } from './export-config.ts';
import { formOf, type FormName } from './export-form.ts';
import { readExportedModel, type ExportedModel } from './read-model.ts';

export interface ExportFolder {
  folder: ModelFolder;
  /** The ONNX file that was asked for by its name ("onnx/model_q4.onnx"); null: the best one. */
  named: string | null;
  /** Names of all ONNX files. */
  files: readonly string[];
}

/** One ONNX file of the folder. */
export interface ExportVariant {
  file: string;
  form: FormName;
  model: ExportedModel;
  shape: ExportShape;
  /** Bytes of its constants. */
  weightBytes: number;
}

/** More files are not a model in several forms. */
const mostFiles = 64;

/**
 * Opens a folder, or the one of an .onnx file in it or in its folder "onnx".
 * @returns null where there is no ONNX file, or the folder has the weights themselves, for Winnow's own graphs
 * @throws model-not-found, model-unreadable
 */
export async function openExportFolder(path: string): Promise<ExportFolder | null> {
  const whole = resolve(path);
  const facts = await stat(whole).catch(() => null);
  const named = facts?.isFile() === true && isOnnx(whole) ? whole : null;
  if (named === null && facts?.isDirectory() !== true) return null;
  const folder = await ModelFolder.open(named === null ? whole : await homeOf(named));
  const files = [...(await onnxIn(folder, '')), ...(await onnxIn(folder, 'onnx'))];
  if (files.length === 0 || (named === null && (await hasWeights(folder)))) return null;
  const name = named && relative(folder.path, named).split(sep).join('/');
  return { folder, named: name, files: files.slice(0, mostFiles) };
}

async function hasWeights(folder: ModelFolder): Promise<boolean> {
  const found = await Promise.all([weightsFile, weightsIndex].map((name) => folder.find(name)));
  return found.some((path) => path !== null);
}

const isOnnx = (name: string): boolean => name.toLowerCase().endsWith('.onnx');

/** Whether the model writes text, as the files beside it say; where they do not, models with a cache do. */
export async function isGeneratorExport({ folder, named, files }: ExportFolder): Promise<boolean> {
  try {
    const { isGenerator } = await readExportConfig(folder);
    if (isGenerator !== null) return isGenerator;
    const [first = ''] = files;
    return hasCache(await readExportedModel(folder, named ?? first));
  } catch {
    return false;
  }
}

/** The folder with the configuration: the file's own, or the one around it. */
async function homeOf(file: string): Promise<string> {
  const own = dirname(file);
  for (const name of configFiles) {
    if ((await stat(join(own, name)).catch(() => null)) !== null) return own;
  }
  return basename(own) === 'onnx' ? dirname(own) : own;
}

async function onnxIn(folder: ModelFolder, inner: string): Promise<string[]> {
  const names = await readdir(join(folder.path, inner)).catch(() => []);
  return names
    .filter(isOnnx)
    .sort((one, other) => one.length - other.length || (one < other ? -1 : 1))
    .map((name) => (inner === '' ? name : `${inner}/${name}`));
}

/**
 * All variants that can be used, and why others cannot.
 * @throws model-damaged, model-unreadable, model-format-unsupported of the configuration
 */
export async function readVariants(
  { folder, named, files }: ExportFolder,
  config: ExportConfig,
): Promise<{ variants: ExportVariant[]; faults: WinnowError[] }> {
  const variants: ExportVariant[] = [];
  const faults: WinnowError[] = [];
  for (const file of named === null ? files : [named]) {
    try {
      const model = await readExportedModel(folder, file);
      const shape = readExportShape(model, config);
      const weightBytes = model.tensors.reduce((sum, { data }) => sum + (data?.length ?? 0), 0);
      variants.push({ file, form: formOf(model), model, shape, weightBytes });
    } catch (error) {
      if (!(error instanceof WinnowError)) throw error;
      faults.push(error);
    }
  }
  return { variants, faults };
}

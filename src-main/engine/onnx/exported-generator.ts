/** A generator that was exported to ONNX elsewhere: its own graph, in Winnow's loop. */
import { join } from 'node:path';
import type { CacheGeometry, DeviceName, GeneratorFacts } from '../../contract/engine.ts';
import { cancelled, WinnowError } from '../../contract/errors.ts';
import { decodePaths } from '../devices/decode-paths.ts';
import { resolveDevice } from '../devices/devices.ts';
import { sessionOptions } from '../devices/session-options.ts';
import { describingFiles, hashFiles, type NamedFile } from '../folders/content-hash.ts';
import { createFolderTokenizer } from '../folders/folder-tokenizer.ts';
import { readLicence } from '../folders/licence.ts';
import type { ModelFolder } from '../folders/model-folder.ts';
import {
  assembleGenerator,
  type Generator,
  type LoadGeneratorOptions,
} from '../generator/generator.ts';
import type { Decoder } from '../generator/decoder.ts';
import { guardedDecoder, guardOf } from '../generator/guarded-decoder.ts';
import { measureMemory } from '../memory.ts';
import type { GeneratorTokenizer } from '../tokenizer/assemble-tokenizer.ts';
import { loadFirst, rankVariants } from './choose-variant.ts';
import type { ExportShape } from './decoder-shape.ts';
import { configFiles, readExportConfig, type ExportConfig } from './export-config.ts';
import { ExportDecoder } from './export-decoder.ts';
import { readVariants, type ExportFolder, type ExportVariant } from './export-folder.ts';
import type { ExportSession } from './export-session.ts';
import { exportMemory } from './export-memory.ts';
import { rowsChangeEachOther, type FormName } from './export-form.ts';
import type { ExportedModel } from './read-model.ts';
import { SteppedSession } from './stepped-session.ts';
import { wrapExport } from './wrap.ts';
import { WrappedSession } from './wrapped-session.ts';

/** Tokens of a prompt that are read at once: fixed, since the bits depend on it. */
const chunkTokens = 64;

/** Chosen from a folder, and not loaded yet. */
export interface ExportDescription extends ExportVariant {
  folder: ModelFolder;
  config: ExportConfig;
  geometry: CacheGeometry;
}

/**
 * Chooses the variant for a device and describes it.
 * @throws the errors of reading the folder, model-too-large
 */
export async function describeExport(
  found: ExportFolder,
  device: DeviceName,
  memoryBytes: number = measureMemory().totalBytes,
): Promise<ExportDescription> {
  const [best] = await describeExports(found, device, memoryBytes);
  return best;
}

/** All variants that this machine's memory holds, the best first. */
async function describeExports(
  { folder, ...found }: ExportFolder,
  device: DeviceName,
  memoryBytes: number,
): Promise<[ExportDescription, ...ExportDescription[]]> {
  const config = await readExportConfig(folder);
  if (config.isJudge) {
    throw new WinnowError(
      'model-format-unsupported',
      'This model scores answers (a reward model); it does not write any.',
      'Choose it as the reward model, and another one to write the answers.',
    );
  }
  const describe = (variant: ExportVariant): ExportDescription => {
    const geometry = geometryOf(variant.shape, variant.form, device);
    return { ...variant, folder, config, geometry };
  };
  const variants = await readVariants({ folder, ...found }, config);
  const [best, ...others] = rankVariants(variants, device, memoryBytes);
  return [describe(best), ...others.map(describe)];
}

/**
 * Loads the best variant for the device, or the one that was named. Nothing is written to the disk.
 * @throws the errors of reading a folder and its tokenizer, device-unavailable, model-too-large, out-of-memory, cancelled
 */
export async function loadExportedGenerator(
  found: ExportFolder,
  options: LoadGeneratorOptions,
): Promise<Generator> {
  const { device } = await resolveDevice(options.device);
  const variants = await describeExports(found, device, measureMemory().totalBytes);
  return loadFirst(variants, (described) => loadVariant(described, device, options));
}

async function loadVariant(
  described: ExportDescription,
  device: DeviceName,
  options: LoadGeneratorOptions,
): Promise<Generator> {
  const { onProgress = () => undefined, shouldStop = () => false } = options;
  options.onMemory?.(exportMemory(described, described.geometry, device));
  const tokenizer = await openTokenizer(described);
  try {
    const contentHash = await hashFiles(await decidingFiles(described), (fraction) => {
      if (shouldStop()) throw cancelled();
      onProgress({ step: 'checking', fraction });
    });
    onProgress({ step: 'loading', fraction: 0 });
    const decoder = await openDecoder(described, device);
    onProgress({ step: 'loading', fraction: 1 });
    const licence = await readLicence(described.folder);
    const facts = factsOf(described, { path: options.path, contentHash, device, licence });
    return assembleGenerator({ facts, decoder, tokenizer });
  } catch (error) {
    await tokenizer.close();
    throw error;
  }
}

/** A card builds its programs when the graph first runs, and only then says what it cannot do: so it reads a token. */
async function openDecoder(described: ExportDescription, device: DeviceName): Promise<Decoder> {
  const session = await guardOf(device)(() => openSession(described, device));
  const { shape, geometry } = described;
  const decoder = guardedDecoder(new ExportDecoder(session, shape, geometry), device);
  if (device === 'cpu') return decoder;
  try {
    const lane = await decoder.begin(1);
    await lane.readChunk([0]).finally(() => lane.end());
    return decoder;
  } catch (error) {
    await decoder.close();
    throw error;
  }
}

/** The ONNX file, those that it names, and those that decide how it is used. */
async function decidingFiles({ folder, model }: ExportDescription): Promise<NamedFile[]> {
  const described = await describingFiles(folder, [configFiles[1]]);
  return [...model.files.all(), ...described];
}

/** Where loops run badly, the graph as it is, once for each token. */
async function openSession(
  { folder, file, model, shape }: ExportDescription,
  device: DeviceName,
): Promise<ExportSession> {
  const options = sessionOptions(device);
  if (runsLoops(device)) return WrappedSession.load(wrapExport(model, shape), shape, options);
  return SteppedSession.load(join(folder.path, file), shape, options);
}

const runsLoops = (device: DeviceName): boolean => decodePaths[device].kind === 'loop';

/** @throws the errors of createFolderTokenizer, model-vocabulary-mismatch */
export async function openTokenizer({
  folder,
  config,
  shape,
}: Pick<ExportDescription, 'folder' | 'config' | 'shape'>): Promise<GeneratorTokenizer> {
  const tokenizer = await createFolderTokenizer(folder);
  if (tokenizer.vocabularySize > shape.vocabularySize) {
    await tokenizer.close();
    throw new WinnowError(
      'model-vocabulary-mismatch',
      `The tokenizer of this model knows ${tokenizer.vocabularySize} tokens, but its graph only ${shape.vocabularySize}.`,
      'The files in the folder belong to different models. Download or copy the whole folder again.',
      { tokenizer: tokenizer.vocabularySize, graph: shape.vocabularySize },
    );
  }
  const endTokens = new Set([...tokenizer.endTokens, ...config.endTokens]);
  return { ...tokenizer, endTokens };
}

function geometryOf(shape: ExportShape, form: FormName, device: DeviceName): CacheGeometry {
  const numbers = shape.cache.reduce((sum, { heads, headSize }) => sum + heads * headSize, 0);
  return {
    bytesPerToken: numbers * (shape.cacheType === 'float32' ? 4 : 2),
    blockTokens: 1,
    runTokens: runsLoops(device) ? WrappedSession.mostSteps : 1,
    chunkTokens,
    layers: shape.layers,
    layout: rowsChangeEachOther(form, device) ? 'apart' : 'together',
  };
}

function factsOf(
  { folder, config, form, model, shape, geometry }: ExportDescription,
  { licence, ...loaded }: Pick<GeneratorFacts, 'path' | 'contentHash' | 'device' | 'licence'>,
): GeneratorFacts {
  return {
    ...loaded,
    name: folder.name,
    architecture: config.architecture,
    licence,
    sizeBytes: sizeOf(model),
    quantisation: form,
    contextLength: contextLengthOf(config),
    vocabularySize: shape.vocabularySize,
    form,
    cache: geometry,
  };
}

/** Where nothing is said, what the smallest models of today read. */
export const contextLengthOf = ({ contextLength }: ExportConfig): number => contextLength ?? 2048;

/** Bytes of all its files. */
export function sizeOf({ files }: ExportedModel): number {
  return files.all().reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

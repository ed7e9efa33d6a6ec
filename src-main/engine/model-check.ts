/** A look into a model file or folder: what it is, and whether Winnow can use it. Nothing of its weights is loaded. */
import { readdir, stat } from 'node:fs/promises';
import type { ModelCheck } from '../contract/engine.ts';
import { toErrorRecord, WinnowError } from '../contract/errors.ts';
import { resolveDevice } from './devices/devices.ts';
import { isGeneratorFolder } from './folders/folder-kind.ts';
import { chooseForm, formName, weightBytes } from './generator/choose-form.ts';
import { generatorMemory } from './generator/generator-memory.ts';
import { openModel, type OpenModel } from './generator/open-model.ts';
import { embeddingBytes } from './graph/embedding.ts';
import { measureMemory } from './memory.ts';
import { isGeneratorExport, openExportFolder, type ExportFolder } from './onnx/export-folder.ts';
import { lookIntoExport } from './onnx/look.ts';
import { modelMemory } from './model-memory.ts';
import { canOnlyJudge, lookIntoReward } from './rewards/look.ts';

/**
 * Throws model-not-found; other faults are in the result's `problem`.
 * @param memoryBytes of the whole machine: a generator that it cannot hold is not usable
 */
export async function checkModel(
  path: string,
  memoryBytes: number = measureMemory().totalBytes,
): Promise<ModelCheck> {
  const facts = await stat(path).catch(() => null);
  if (facts === null) {
    throw new WinnowError(
      'model-not-found',
      `There is no file or folder at ${path}.`,
      'Check the path, or choose another model.',
    );
  }
  const nothing = facts.isDirectory() ? await noModelIn(path) : null;
  if (nothing !== null) {
    return withProblem(unknownModel(path, 'generator', 0), () => Promise.reject(nothing));
  }
  const exported = await openExportFolder(path).catch(() => null);
  if (exported !== null && (await isGeneratorExport(exported))) {
    return checkExport(path, exported, memoryBytes);
  }
  const writes = facts.isDirectory()
    ? await isGeneratorFolder(path)
    : !path.toLowerCase().endsWith('.onnx') && !(await canOnlyJudge(path));
  const sizeBytes = facts.isDirectory() ? 0 : facts.size;
  return writes ? checkGenerator(path, sizeBytes, memoryBytes) : checkRewardModel(path);
}

/** What to say of a folder that describes no model; it may hold files that are models. null where it seems to be one. */
async function noModelIn(path: string): Promise<WinnowError | null> {
  const names = await readdir(path).catch(() => null);
  if (names === null || names.some((name) => /config\.json$|\.onnx$|^onnx$/.test(name)))
    return null;
  const files = names.filter((name) => name.toLowerCase().endsWith('.gguf'));
  if (files.length === 0) {
    return new WinnowError(
      'model-not-found',
      'There is no model in this folder.',
      'Choose a GGUF file, or the folder of a model with its config.json.',
    );
  }
  return new WinnowError(
    'model-not-found',
    `This folder holds files with models: ${files.slice(0, 5).join(', ')}.`,
    'Choose one of these files itself.',
  );
}

async function checkGenerator(
  path: string,
  sizeBytes: number,
  memoryBytes: number,
): Promise<ModelCheck> {
  const check = unknownModel(path, 'generator', sizeBytes);
  return withProblem(check, async () => {
    const model = await openModel(path);
    try {
      await describeGenerator(check, model, memoryBytes);
    } finally {
      await model.file.close();
    }
  });
}

function checkExport(
  path: string,
  exported: ExportFolder,
  memoryBytes: number,
): Promise<ModelCheck> {
  const check = unknownModel(path, 'generator', 0);
  return withProblem(check, async () => {
    Object.assign(check, await lookIntoExport(exported, memoryBytes));
  });
}

async function describeGenerator(
  check: ModelCheck,
  { file, facts, createTokenizer }: OpenModel,
  memoryBytes: number,
): Promise<void> {
  check.name = facts.name;
  check.sizeBytes = file.sizeBytes;
  check.architecture = facts.architecture;
  check.licence = facts.licence;
  check.quantisation = facts.quantisation;
  check.contextLength = facts.contextLength;
  check.vocabularySize = facts.vocabularySize;
  // Keys and values, in fp32.
  check.cacheBytesPerToken = facts.layers * facts.keyValueHeads * facts.headSize * 2 * 4;
  const form = chooseForm(file, facts, memoryBytes);
  check.form = formName(form, file, facts);
  check.memory = generatorMemory(file, facts, form);
  check.preparedBytes = weightBytes(file, facts, form) + embeddingBytes(file);
  const tokenizer = await createTokenizer();
  check.warnings = [...tokenizer.warnings];
  await tokenizer.close();
}

async function checkRewardModel(path: string): Promise<ModelCheck> {
  const check = unknownModel(path, 'reward', 0);
  return withProblem(check, async () => {
    check.memory = await modelMemory(path);
    await lookIntoReward(path, (known) => Object.assign(check, known));
  });
}

/** What is known of a model before it is looked into. */
function unknownModel(path: string, kind: ModelCheck['kind'], sizeBytes: number): ModelCheck {
  return {
    path,
    kind,
    name: path.split(/[\\/]/).at(-1) ?? path,
    architecture: 'unknown',
    licence: null,
    sizeBytes,
    quantisation: null,
    contextLength: null,
    vocabularySize: 0,
    cacheBytesPerToken: null,
    judging: null,
    memory: null,
    form: null,
    preparedBytes: null,
    device: 'cpu',
    supported: false,
    warnings: [],
    problem: null,
  };
}

async function withProblem(check: ModelCheck, look: () => Promise<void>): Promise<ModelCheck> {
  try {
    await look();
    const { device } = await resolveDevice('auto');
    return { ...check, device, supported: true };
  } catch (error) {
    const { code, message, help } = toErrorRecord(error);
    return { ...check, problem: { code, message, help } };
  }
}

/** A generator whose graph Winnow builds from the weights of a file or a folder. */
import type { DeviceName, GeneratorFacts, LinearForm } from '../../contract/engine.ts';
import { resolveDevice } from '../devices/devices.ts';
import type { GgufFile, ModelFacts } from '../gguf/types.ts';
import { blockTokens } from '../graph/model-weights.ts';
import type { GeneratorTokenizer } from '../tokenizer/generator-tokenizer.ts';
import { calibrationTexts } from './calibration-texts.ts';
import { chooseForm, formName } from './choose-form.ts';
import { generatorMemory } from './generator-memory.ts';
import { assembleGenerator, type Generator, type LoadGeneratorOptions } from './generator.ts';
import { openDecoder } from './open-decoder.ts';
import { openModel } from './open-model.ts';
import { prepareModel } from './prepare.ts';
import { release } from './prepared-cache.ts';

/** One run of the graph writes at most this many tokens for every row; what it writes is held twice (cache-cost.ts). */
const runTokens = 8;

/** Tokens of a prompt that are read at once: fixed for a model, since the bits depend on it. */
function chunkTokens({ sizeBytes }: GgufFile): number {
  return sizeBytes > 1e9 ? 16 : 64;
}

export interface BuiltGenerator extends Generator {
  /** What the file says of the model, and where it lies prepared: for the step-by-step reference. */
  model: ModelFacts;
  folder: string;
}

/**
 * Opens a file or a folder with weights, prepares it where that was not done before, and loads it.
 * @throws the errors of openModel and of its tokenizer, device-unavailable, prepare-failed, out-of-memory, cancelled
 */
export async function loadBuiltGenerator(options: LoadGeneratorOptions): Promise<BuiltGenerator> {
  const { file, facts, createTokenizer } = await openModel(options.path);
  try {
    const tokenizer = await createTokenizer();
    try {
      return await load(file, facts, tokenizer, options);
    } catch (error) {
      await tokenizer.close();
      throw error;
    }
  } finally {
    await file.close();
  }
}

async function load(
  file: GgufFile,
  model: ModelFacts,
  tokenizer: GeneratorTokenizer,
  options: LoadGeneratorOptions,
): Promise<BuiltGenerator> {
  const { device } = await resolveDevice(options.device);
  const form = formFor(device, options.form) ?? chooseForm(file, model);
  options.onMemory?.(generatorMemory(file, model, form));
  const onProgress = options.onProgress ?? (() => undefined);
  const shouldStop = options.shouldStop ?? (() => false);
  const { folder, contentHash } = await prepareModel(file, model, {
    preparedFolder: options.preparedFolder,
    form,
    calibrationTexts: () => calibrationTexts(tokenizer),
    onProgress,
    shouldStop,
  });
  onProgress({ step: 'loading', fraction: 0 });
  const facts = describe(file, model, {
    contentHash,
    form: formName(form, file, model),
    device,
  });
  const decoder = await openDecoder(folder, model, { device, geometry: facts.cache }).catch(
    async (error: unknown) => {
      await release(folder);
      throw error;
    },
  );
  facts.cache = decoder.geometry;
  onProgress({ step: 'loading', fraction: 1 });
  const generator = assembleGenerator({ facts, decoder, tokenizer });
  const close = async (): Promise<void> => {
    await generator.close();
    await release(folder);
  };
  return { ...generator, close, model, folder };
}

/** Only processors have the products of whole numbers that `int8` is made of; undefined: nobody has chosen. */
function formFor(device: DeviceName, form: LoadGeneratorOptions['form']): LinearForm | undefined {
  if (form === undefined || form === 'auto') return undefined;
  return form === 'int8' && device !== 'cpu' ? 'stored' : form;
}

function describe(
  file: GgufFile,
  model: ModelFacts,
  loaded: { contentHash: string; form: string; device: DeviceName },
): GeneratorFacts {
  const { name, architecture, licence, quantisation, contextLength, vocabularySize, layers } =
    model;
  return {
    path: file.path,
    sizeBytes: file.sizeBytes,
    name,
    architecture,
    licence,
    quantisation,
    contextLength,
    vocabularySize,
    ...loaded,
    cache: {
      bytesPerToken: layers * 2 * model.keyValueHeads * model.headSize * 4,
      blockTokens,
      runTokens,
      chunkTokens: chunkTokens(file),
      layers,
    },
  };
}

/**
 * A decoder that was trained as a reward model, described by its file or its folder: a GGUF file with a classification
 * head, or a Hugging Face folder with safetensors of a class for sequence classification.
 */
import { dirname, join } from 'node:path';
import { WinnowError } from '../../contract/errors.ts';
import { ModelFolder } from '../folders/model-folder.ts';
import { weightsFile, weightsIndex } from '../folders/weight-files.ts';
import { openWeightsFolder } from '../folders/weights-folder.ts';
import { readModelFacts } from '../gguf/model-facts.ts';
import { openGgufFile } from '../gguf/open.ts';
import type { ClassificationHead, GgufFile, ModelFacts } from '../gguf/types.ts';
import { longestWindow } from './config.ts';
import { invalidRewardModel } from './faults.ts';
import { openTextForm } from './folder-texts.ts';
import { describeFolder } from './folder.ts';
import { openGgufTexts } from './gguf-texts.ts';
import { headsFileBeside, readHeads, type RewardHead } from './heads.ts';
import { statOrNull } from './model-files.ts';
import type { TextForm } from './text-form.ts';
import { onnxFilesOf } from './variants.ts';

export interface JudgingDecoder {
  /** Of the weights; closed by whoever opened the decoder. */
  file: GgufFile;
  facts: ModelFacts & { head: ClassificationHead };
  name: string;
  /** As the file or config.json calls it. */
  architecture: string;
  heads: RewardHead[];
  windowTokens: number;
  /** The token that texts are padded with in training; null where the model does not say. */
  padId: number | null;
  /** To be closed after use. */
  openTexts: () => Promise<TextForm>;
}

/** Whether a path leads to weights whose graph Winnow builds: any file but an ONNX model, or a folder without ONNX files. */
export async function holdsWeights(path: string): Promise<boolean> {
  const facts = await statOrNull(path);
  if (facts === null) return false;
  if (!facts.isDirectory()) return !path.toLowerCase().endsWith('.onnx');
  const weights = await Promise.all(
    [weightsFile, weightsIndex].map((name) => statOrNull(join(path, name))),
  );
  return (
    weights.some((found) => found !== null) &&
    (await onnxFilesOf(await ModelFolder.open(path))).length === 0
  );
}

/**
 * Opens it; no weights are read yet.
 * @throws the errors of openGgufFile, openWeightsFolder, readModelFacts and describeFolder; reward-model-invalid where it
 *   cannot judge
 */
export async function openJudgingDecoder(path: string): Promise<JudgingDecoder> {
  if ((await statOrNull(path))?.isDirectory() === true) return openFolder(path);
  return path.toLowerCase().endsWith('.safetensors') ? openFolder(dirname(path)) : openFile(path);
}

async function openFile(path: string): Promise<JudgingDecoder> {
  const file = await openGgufFile(path);
  try {
    const facts = withHead(await readModelFacts(file, 'judge'));
    const windowTokens = Math.min(facts.contextLength, longestWindow);
    return {
      file,
      facts,
      name: facts.name,
      architecture: facts.architecture,
      heads: await readHeads(headsFileBeside(path), facts.head.labels),
      windowTokens,
      // Converters write the pad token of the tokenizer, with which the model was trained.
      padId: file.metadata.number('tokenizer.ggml.padding_token_id'),
      openTexts: () => openGgufTexts(file, windowTokens),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openFolder(path: string): Promise<JudgingDecoder> {
  const folder = await ModelFolder.open(path);
  const description = await describeFolder({ folder, named: null });
  const { file, facts: read } = await openWeightsFolder(folder, 'judge').catch((error: unknown) => {
    throw explainFolder(error);
  });
  try {
    const facts = withHead(read);
    if (facts.head.labels.length !== description.labels.length) {
      throw invalidRewardModel(
        `The weights in this folder give ${facts.head.labels.length} numbers for each text, but its config.json speaks of ${description.labels.length}.`,
      );
    }
    const windowTokens = Math.min(facts.contextLength, description.windowTokens);
    return {
      file,
      facts,
      name: facts.name,
      architecture: description.architecture ?? facts.architecture,
      heads: description.heads,
      windowTokens,
      padId: description.padId,
      openTexts: () => openTextForm({ ...description, windowTokens }),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function withHead(facts: ModelFacts): JudgingDecoder['facts'] {
  const { head } = facts;
  if (head !== null) return { ...facts, head };
  throw invalidRewardModel(
    'This model writes texts and cannot judge them: it carries no classification head.',
  );
}

/** Of other kinds than decoders there has to be an ONNX file. */
function explainFolder(error: unknown): unknown {
  if (!(error instanceof WinnowError) || error.code !== 'model-architecture-unsupported') {
    return error;
  }
  return invalidRewardModel(
    'This folder holds no ONNX model, and its weights are not of a decoder that Winnow can build a graph for.',
    error.details,
    error,
    'Export the model to ONNX, for example with "optimum-cli export onnx", or choose another reward model.',
  );
}

/** Opens a model whose graph Winnow builds from its weights: a GGUF file, or a folder of safetensors. */
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { WinnowError } from '../../contract/errors.ts';
import { createFolderTokenizer } from '../folders/folder-tokenizer.ts';
import { ModelFolder } from '../folders/model-folder.ts';
import { openWeightsFolder } from '../folders/weights-folder.ts';
import { readModelFacts } from '../gguf/model-facts.ts';
import { openGgufFile } from '../gguf/open.ts';
import type { GgufFile, ModelFacts } from '../gguf/types.ts';
import {
  createGeneratorTokenizer,
  type GeneratorTokenizer,
} from '../tokenizer/generator-tokenizer.ts';

export interface OpenModel {
  /** Of the weights; closed by whoever opened the model. */
  file: GgufFile;
  facts: ModelFacts;
  /** To be closed after use. */
  createTokenizer: () => Promise<GeneratorTokenizer>;
}

/** A file that is no model by itself: its folder is. */
const inFolder = /(\.safetensors|\.safetensors\.index\.json|[\\/]config\.json)$/i;

/**
 * @param path a GGUF file, a folder, or a file of weights in a folder (dialogs for files cannot choose folders)
 * @throws the errors of openGgufFile and openWeightsFolder, and of readModelFacts
 */
export async function openModel(path: string): Promise<OpenModel> {
  const facts = await stat(path).catch(() => null);
  if (facts?.isDirectory() === true) return openFolder(path);
  return facts !== null && inFolder.test(path) ? openFolder(dirname(path)) : openFile(path);
}

async function openFile(path: string): Promise<OpenModel> {
  const file = await openGgufFile(path);
  try {
    const facts = await readModelFacts(file);
    return { file, facts, createTokenizer: () => createGeneratorTokenizer(file) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openFolder(path: string): Promise<OpenModel> {
  const folder = await ModelFolder.open(path);
  const { file, facts } = await openWeightsFolder(folder);
  const createTokenizer = async () => {
    const tokenizer = await createFolderTokenizer(folder);
    const { vocabularySize: tokens } = tokenizer;
    // Embeddings are often longer, to a round number.
    if (tokens <= facts.vocabularySize) return tokenizer;
    await tokenizer.close();
    throw vocabularyMismatch(tokens, facts.vocabularySize);
  };
  return { file, facts, createTokenizer };
}

function vocabularyMismatch(tokens: number, rows: number): WinnowError {
  return new WinnowError(
    'model-vocabulary-mismatch',
    `This model does not fit together: its tokenizer has ${tokens} entries, its weights are made for ${rows}.`,
    'Take the tokenizer’s files from the place where the weights came from.',
    { tokens, rows },
  );
}

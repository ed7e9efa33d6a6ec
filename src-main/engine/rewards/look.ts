/** A look into a reward model: what it is, and how it comes to its reward. Of a decoder no weights are loaded. */
import { stat } from 'node:fs/promises';
import type { ModelJudging } from '../../contract/engine.ts';
import { readLicence } from '../folders/licence.ts';
import { headTensors } from '../gguf/classification-head.ts';
import { openGgufFile } from '../gguf/open.ts';
import { readExportedModel } from '../onnx/read-model.ts';
import { readRewardFolder, type RewardFolder } from './folder.ts';
import { holdsWeights, openJudgingDecoder } from './judging-decoder.ts';
import { openRewardFolder } from './open-folder.ts';

/** What is seen. */
export interface RewardLook {
  name: string;
  architecture: string;
  licence: string | null;
  sizeBytes: number;
  quantisation: string | null;
  contextLength: number;
  vocabularySize: number;
  judging: ModelJudging;
}

/** Whether a GGUF file was made to judge: whether it carries a classification head. */
export async function canOnlyJudge(path: string): Promise<boolean> {
  const file = await openGgufFile(path).catch(() => null);
  await file?.close();
  return file?.tensors.has(headTensors.outputs) === true;
}

/**
 * Looks into it. A model in ONNX form is loaded and tried, for its file alone does not tell whether it works.
 * @param found is told what is known so far, where something later fails
 * @throws what loading it throws
 */
export async function lookIntoReward(
  path: string,
  found: (known: Partial<RewardLook>) => void,
): Promise<void> {
  await ((await holdsWeights(path)) ? lookIntoDecoder : lookIntoFolder)(path, found);
}

type Found = Parameters<typeof lookIntoReward>[1];

async function lookIntoFolder(path: string, found: Found): Promise<void> {
  const folder = await readRewardFolder(path, 'cpu');
  found({
    name: folder.name,
    architecture: folder.architecture ?? 'sequence classifier',
    licence: await readLicence(folder.folder),
    sizeBytes: await sizeOf(folder),
    vocabularySize: folder.vocabularySize ?? 0,
    contextLength: folder.windowTokens,
  });
  const { texts, scorer, description } = await openRewardFolder({ path, device: 'cpu' });
  found({ judging: { heads: description.heads, texts: texts.kind } });
  await texts.close();
  await scorer.close();
}

/** Bytes of the ONNX file and those that it names; of itself alone where it is broken, which loading it tells of. */
async function sizeOf({ folder, file, modelPath }: RewardFolder): Promise<number> {
  const model = await readExportedModel(folder, file).catch(() => null);
  if (model === null) return (await stat(modelPath)).size;
  return model.files.all().reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

async function lookIntoDecoder(path: string, found: Found): Promise<void> {
  const { file, facts, name, architecture, heads, windowTokens, openTexts } =
    await openJudgingDecoder(path);
  try {
    found({
      name,
      architecture,
      licence: facts.licence,
      sizeBytes: file.sizeBytes,
      quantisation: facts.quantisation,
      contextLength: windowTokens,
      vocabularySize: facts.vocabularySize,
    });
    const texts = await openTexts();
    found({ judging: { heads, texts: texts.kind } });
    await texts.close();
  } finally {
    await file.close();
  }
}

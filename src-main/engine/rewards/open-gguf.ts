/** Opens a decoder that was trained as a reward model from a GGUF file with a classification head. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { DeviceName } from '../../contract/engine.ts';
import { resolveDevice } from '../devices/devices.ts';
import { sessionOptions } from '../devices/session-options.ts';
import { chooseForm } from '../generator/choose-form.ts';
import { prepareModel } from '../generator/prepare.ts';
import { release } from '../generator/prepared-cache.ts';
import { graphFile } from '../generator/prepared-model.ts';
import { withHeadAsMatrix, type ClassificationHead } from '../gguf/classification-head.ts';
import { readModelFacts } from '../gguf/model-facts.ts';
import { openGgufFile } from '../gguf/open.ts';
import type { GgufFile, ModelFacts } from '../gguf/types.ts';
import { measureMemory } from '../memory.ts';
import { makeChunkScorer } from './chunk-scorer.ts';
import { longestWindow } from './config.ts';
import { openDecoderReader } from './decoder-reader.ts';
import { invalidRewardModel } from './faults.ts';
import { openGgufTexts } from './gguf-texts.ts';
import { headsFile, readHeads, type RewardHead } from './heads.ts';
import type { LoadRewardModelOptions, OpenRewardModel } from './open-model.ts';
import type { Scorer } from './scorer.ts';
import { TextCache } from './text-cache.ts';
import type { TextForm } from './text-form.ts';
import { checkVocabulary, tryScoring } from './try-out.ts';

/** Keys and values of so many texts that fill the window are kept, but never more than this share of the memory. */
const textsKept = 64;
const shareForTexts = 1 / 20;

/** What a file says, before anything of its weights is read. */
export interface DescribedGguf {
  facts: ModelFacts & { head: ClassificationHead };
  heads: RewardHead[];
  windowTokens: number;
}

/**
 * Reads what a file says of itself, and the weights of its outputs from the file NAME.winnow-reward.json beside it.
 * @throws the errors of readModelFacts; reward-model-invalid where it has no head
 */
export async function describeGguf(file: GgufFile): Promise<DescribedGguf> {
  const facts = await readModelFacts(file, 'judge');
  const { head } = facts;
  if (head === null) {
    throw invalidRewardModel(
      'This model writes texts and cannot judge them: its file carries no classification head.',
    );
  }
  const heads = await readHeads(headsFileOf(file.path), head.labels);
  return {
    facts: { ...facts, head },
    heads,
    windowTokens: Math.min(facts.contextLength, longestWindow),
  };
}

const headsFileOf = (path: string) => `${path.replace(/\.gguf$/i, '')}.${headsFile}`;

/**
 * Opens and tries it.
 * @throws WinnowError as loadRewardModel does, and prepare-failed
 */
export async function openGgufReward(options: LoadRewardModelOptions): Promise<OpenRewardModel> {
  const file = await openGgufFile(options.path);
  try {
    const described = await describeGguf(file);
    const texts = await openGgufTexts(file, described.windowTokens);
    try {
      const { facts, heads, windowTokens } = described;
      checkVocabulary(facts.vocabularySize, windowTokens, texts);
      const { device } = await resolveDevice(options.device);
      const { scorer, contentHash } = await openScorer(file, described, texts, {
        ...options,
        device,
      });
      const { name, architecture } = facts;
      return {
        facts: { name, contentHash, device },
        description: { architecture, heads },
        windowTokens,
        texts,
        scorer,
      };
    } catch (error) {
      await texts.close();
      throw error;
    }
  } finally {
    await file.close();
  }
}

async function openScorer(
  file: GgufFile,
  { facts, heads, windowTokens }: DescribedGguf,
  texts: TextForm,
  options: LoadRewardModelOptions & { device: DeviceName },
): Promise<{ scorer: Scorer; contentHash: string }> {
  const { preparedFolder, device, onProgress, shouldStop } = options;
  const { folder, contentHash } = await prepareModel(withHeadAsMatrix(file), facts, {
    preparedFolder,
    form: chooseForm(file, facts),
    onProgress: onProgress ?? (() => undefined),
    shouldStop: shouldStop ?? (() => false),
  });
  try {
    onProgress?.({ step: 'loading', fraction: 0 });
    const reader = await openDecoderReader({
      path: join(folder, graphFile),
      shape: facts,
      heads,
      chunkTokens: chunkTokens(file),
      sessionOptions: sessionOptions(device),
    });
    const cache = new TextCache(textCacheBytes(facts, windowTokens));
    const scorer = makeChunkScorer(reader, cache);
    const close = async (): Promise<void> => {
      await scorer.close();
      await release(folder);
    };
    await tryScoring(scorer, texts, windowTokens).catch(async (error: unknown) => {
      await scorer.close();
      throw error;
    });
    scorer.forget();
    onProgress?.({ step: 'loading', fraction: 1 });
    return { scorer: { ...scorer, close }, contentHash: withWeights(contentHash, heads) };
  } catch (error) {
    await release(folder);
    throw error;
  }
}

/** The most bytes that keys and values of texts take, in fp32. */
export function textCacheBytes(
  { layers, keyValueHeads, headSize }: ModelFacts,
  windowTokens: number,
): number {
  const ofOneText = windowTokens * layers * keyValueHeads * headSize * 2 * 4;
  return Math.min(textsKept * ofOneText, shareForTexts * measureMemory().totalBytes);
}

/** Tokens that are read in one run: fixed for a model, since the bits depend on it. A run should not last long. */
function chunkTokens({ sizeBytes }: GgufFile): number {
  return sizeBytes > 1e9 ? 16 : 32;
}

/** The same file with other weights for its outputs is another reward. */
function withWeights(contentHash: string, heads: readonly RewardHead[]): string {
  const weights = JSON.stringify(heads.map(({ weight }) => weight));
  return createHash('sha256').update(contentHash).update(weights).digest('hex');
}

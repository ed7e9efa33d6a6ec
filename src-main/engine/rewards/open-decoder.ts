/** Opens a decoder that judges: its graph is prepared from its weights, as a generator's is. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { DeviceName } from '../../contract/engine.ts';
import { deviceForPlainGraphs } from '../devices/decode-paths.ts';
import { resolveDevice } from '../devices/devices.ts';
import { chooseForm } from '../generator/choose-form.ts';
import { prepareModel } from '../generator/prepare.ts';
import { release } from '../generator/prepared-cache.ts';
import { graphFile } from '../generator/prepared-model.ts';
import { withHeadAsMatrix } from '../gguf/classification-head.ts';
import type { GgufFile, ModelFacts } from '../gguf/types.ts';
import { measureMemory } from '../memory.ts';
import { makeChunkScorer } from './chunk-scorer.ts';
import { openDecoderReader } from './decoder-reader.ts';
import type { RewardHead } from './heads.ts';
import { openJudgingDecoder, type JudgingDecoder } from './judging-decoder.ts';
import type { LoadRewardModelOptions, OpenRewardModel } from './open-model.ts';
import type { Scorer } from './scorer.ts';
import { TextCache } from './text-cache.ts';
import type { TextForm } from './text-form.ts';
import { checkVocabulary, tryScoring } from './try-out.ts';

/** Keys and values of so many texts that fill the window are kept, but never more than this share of the memory. */
const textsKept = 64;
const shareForTexts = 1 / 20;

/**
 * Opens and tries it.
 * @throws WinnowError as loadRewardModel does, and prepare-failed
 */
export async function openDecoderReward(options: LoadRewardModelOptions): Promise<OpenRewardModel> {
  const decoder = await openJudgingDecoder(options.path);
  try {
    const texts = await decoder.openTexts();
    try {
      const { facts, name, architecture, heads, windowTokens } = decoder;
      checkVocabulary(facts.vocabularySize, windowTokens, texts);
      const device = deviceForPlainGraphs((await resolveDevice(options.device)).device);
      const { scorer, contentHash } = await openScorer(decoder, texts, { ...options, device });
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
    await decoder.file.close();
  }
}

async function openScorer(
  { file, facts, heads, windowTokens, padId }: JudgingDecoder,
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
      device,
    });
    const cache = new TextCache(textCacheBytes(facts, windowTokens));
    const scorer = makeChunkScorer(reader, cache, padId);
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

/** Opens a reward model in ONNX form from a Hugging Face folder. */
import { resolveDevice } from '../devices/devices.ts';
import { makeBatchScorer } from './batch-scorer.ts';
import { hashRewardFolder, readRewardFolder, type RewardFolder } from './folder.ts';
import { openTextForm } from './folder-texts.ts';
import { makePace } from './pace.ts';
import type { LoadRewardModelOptions, OpenRewardModel } from './open-model.ts';
import { openRewardSession } from './session.ts';
import type { TextForm } from './text-form.ts';
import { checkVocabulary, tryCompany, tryScoring } from './try-out.ts';
import { paddedLength } from './window.ts';

type Options = Pick<LoadRewardModelOptions, 'path' | 'device' | 'onProgress'>;

/**
 * Opens and tries it.
 * @throws WinnowError as loadRewardModel does
 */
export async function openRewardFolder(options: Options): Promise<OpenRewardModel> {
  options.onProgress?.({ step: 'checking', fraction: 0 });
  const { device } = await resolveDevice(options.device);
  const folder = await readRewardFolder(options.path, device);
  const texts = await openTextForm(folder);
  try {
    checkVocabulary(folder.vocabularySize, folder.windowTokens, texts);
    options.onProgress?.({ step: 'loading', fraction: 0.2 });
    const scorer = await openScorer(folder, texts, { ...options, device });
    // Only now: what onnxruntime says of a broken file tells more than what a reader of its table could.
    const contentHash = await hashRewardFolder(folder).catch(async (error: unknown) => {
      await scorer.close();
      throw error;
    });
    options.onProgress?.({ step: 'loading', fraction: 1 });
    const { name, windowTokens, architecture, heads } = folder;
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
}

async function openScorer(
  { modelPath, heads, padId, firstPosition, windowTokens }: RewardFolder,
  texts: TextForm,
  { device, onProgress }: Options & { device: Parameters<typeof openRewardSession>[1] },
) {
  const layout = { padId: padId ?? 0, firstPosition };
  const session = await openRewardSession(modelPath, device, heads, layout);
  onProgress?.({ step: 'loading', fraction: 0.8 });
  const parts = {
    session,
    pace: makePace(windowTokens),
    paddedLength: (tokens: number) =>
      padId === null ? tokens : paddedLength(tokens, windowTokens),
  };
  try {
    const scorer = makeBatchScorer(parts);
    await tryScoring(scorer, texts, windowTokens);
    await tryCompany(parts, texts, windowTokens);
    return scorer;
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** How long the built-in reward model takes for the answers: the same work whichever engine wrote them. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadReward } from '../../../src-main/engine/rewards/reward.ts';
import type { Scoring } from './summary.ts';

const folder = fileURLToPath(
  new URL('../../../resources/models/winnow-reward-minilm', import.meta.url),
);

/** Answers of one setting, as text. */
export interface AnswersToScore {
  n: number;
  tokens: number;
  texts: string[];
}

/** Scores each setting's answers once, after a short one to warm up; nothing where the reward model is not there. */
export async function measureScorings(
  settings: readonly AnswersToScore[],
  { prompt, preparedFolder }: { prompt: string; preparedFolder: string },
): Promise<Scoring[]> {
  if (!existsSync(`${folder}/onnx/model.onnx`)) return [];
  const reward = await loadReward({ path: folder, device: 'cpu', preparedFolder });
  try {
    await reward.score(prompt, [{ text: 'A short answer.', logProbabilities: [] }]);
    const scorings: Scoring[] = [];
    for (const { n, tokens, texts } of settings) {
      const began = performance.now();
      await reward.score(
        prompt,
        texts.map((text) => ({ text, logProbabilities: [] })),
      );
      scorings.push({ n, tokens, milliseconds: performance.now() - began });
    }
    return scorings;
  } finally {
    await reward.close();
  }
}

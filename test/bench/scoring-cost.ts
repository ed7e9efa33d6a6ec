import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { loadReward } from '../../src-main/engine/rewards/reward.ts';

export interface ScoringCost {
  texts: number;
  /** Of prompt and answer together, in the reward model's own count. */
  tokensEach: number;
  milliseconds: number;
}

const folder = fileURLToPath(
  new URL('../../resources/models/winnow-reward-minilm', import.meta.url),
);
const sentence = 'The keeper climbed the stairs and lit the lamp before the storm came in. ';

/** Scores 64 answers of about 128 tokens with the built-in reward model; null where it is not there. */
export async function measureScoring(print: (line: string) => void): Promise<ScoringCost | null> {
  if (!existsSync(`${folder}/onnx/model.onnx`)) {
    print('The built-in reward model is not there: scoring is not measured.');
    return null;
  }
  const reward = await loadReward({ path: folder, device: 'cpu', preparedFolder: tmpdir() });
  const answers = Array.from({ length: 64 }, (_, index) => ({
    text: `${index}. ${sentence.repeat(8)}`,
    logProbabilities: [],
  }));
  const prompt = 'Tell me about a lighthouse.';
  await reward.score(prompt, answers.slice(0, 2));
  const began = performance.now();
  const scored = await reward.score(prompt, answers);
  const milliseconds = performance.now() - began;
  await reward.close();
  return { texts: answers.length, tokensEach: scored[0]?.tokens ?? 0, milliseconds };
}

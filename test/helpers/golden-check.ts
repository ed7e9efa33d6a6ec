import { join } from 'node:path';
import { sessionOptions } from '../../src-main/engine/devices/session-options.ts';
import type { BuiltGenerator } from '../../src-main/engine/generator/built-generator.ts';
import { stepGraphFile } from '../../src-main/engine/generator/prepared-model.ts';
import { StepReference } from '../../src-main/engine/generator/step-reference.ts';
import type { GoldenAnswer } from './built-in-generator.ts';
import { laneRequest, plainSampling, writeToEnd } from './tiny-generator.ts';

/** Gaps below this are near-ties: there two ways of adding up the same numbers may choose differently. */
const nearTie = 0.005;

/**
 * Writes the greedy answer.
 * @returns null where it is the golden one; else where it parts, and how near the tie is there
 */
export async function partsFromGolden(
  generator: BuiltGenerator,
  golden: GoldenAnswer,
): Promise<{ at: number; gap: number } | null> {
  const lane = await generator.beginLane(
    laneRequest({
      prompt: golden.prompt,
      sampling: { ...plainSampling, temperature: 0 },
      maxTokens: golden.answerIds.length,
      logProbabilities: false,
    }),
  );
  await lane.start([0]);
  await writeToEnd(lane, [golden.answerIds.length]);
  const tokens = lane.tokensOf(0);
  await lane.end();
  const at = golden.answerIds.findIndex((id, place) => id !== tokens[place]);
  return at === -1 ? null : { at, gap: golden.topTwoGaps[at] ?? Infinity };
}

/** Whether the answer is the golden one up to a near-tie. */
export function isGolden(parts: { gap: number } | null): boolean {
  return parts === null || parts.gap < nearTie;
}

export function loadReferenceOf(generator: BuiltGenerator): Promise<StepReference> {
  return StepReference.load(
    join(generator.folder, stepGraphFile),
    generator.model,
    sessionOptions('cpu'),
  );
}

/** The largest distance between the reference's logits after a prompt and the golden ones, over all prompts that have some. */
export async function logitDistance(
  reference: StepReference,
  answers: readonly GoldenAnswer[],
): Promise<number> {
  let largest = 0;
  for (const { promptIds, prefillLogits } of answers) {
    if (prefillLogits === undefined) continue;
    const logits = await reference.logitsAfter(promptIds);
    for (const [place, id] of prefillLogits.ids.entries()) {
      const distance = Math.abs((logits[id] ?? NaN) - (prefillLogits.values[place] ?? NaN));
      largest = Math.max(largest, distance);
    }
  }
  return largest;
}

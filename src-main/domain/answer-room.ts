/** How long answers can be after a prompt (paper.md: edge case 9). */
import { WinnowError } from '../contract/errors.ts';

/**
 * The most tokens that an answer can have, its end token included: what was asked for, or what the model's context
 * leaves after the prompt. Throws prompt-too-long where it leaves nothing.
 */
export function answerRoom(promptTokens: number, contextLength: number, maxTokens: number): number {
  const room = contextLength - promptTokens;
  if (room >= 1) return Math.min(room, maxTokens);
  const whatHappened =
    room < 0
      ? `The prompt has ${promptTokens} tokens, but the model can read only ${contextLength}.`
      : `The prompt has ${promptTokens} tokens and fills the model's ${contextLength} completely, so there is no room for an answer.`;
  throw new WinnowError(
    'prompt-too-long',
    whatHappened,
    'Shorten the prompt, or choose a model with a longer context.',
    { promptTokens, contextLength },
  );
}

/** How long answers can be after a prompt (paper.md: edge case 9). */
import { WinnowError } from '../contract/errors.ts';

/**
 * The most tokens that an answer can have, its end token included: what was asked for, or what the model's context
 * leaves after the prompt. Throws prompt-too-long where it leaves nothing.
 */
export function answerRoom(promptTokens: number, contextLength: number, maxTokens: number): number {
  const room = contextLength - promptTokens;
  if (room >= 1) return Math.min(room, maxTokens);
  throw tooLong(
    room < 0
      ? `The prompt has ${promptTokens} tokens, but the model can read only ${contextLength}.`
      : `The prompt has ${promptTokens} tokens and fills the model's ${contextLength} completely, so there is no room for an answer.`,
    { promptTokens, contextLength },
  );
}

/**
 * Refuses a prompt before its tokens are counted, where it has far too many for certain.
 * @param leastTokens as many tokens as it has at least
 * @throws prompt-too-long
 */
export function requireShorter(leastTokens: number, contextLength: number): void {
  if (leastTokens < contextLength) return;
  throw tooLong(
    `The prompt has at least ${leastTokens} tokens, but the model can read only ${contextLength}.`,
    { leastTokens, contextLength },
  );
}

function tooLong(message: string, details: Record<string, number>): WinnowError {
  const help = 'Shorten the prompt, or choose a model with a longer context.';
  return new WinnowError('prompt-too-long', message, help, details);
}

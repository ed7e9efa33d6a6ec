import { WinnowError } from '../../contract/errors.ts';

/**
 * Checks a prompt before any work is done for it.
 * @param longestToken bytes of the vocabulary's longest token: a text has at least bytes / longestToken tokens, so that a
 *   text far too long is refused at once.
 * @throws prompt-empty, prompt-invalid, prompt-too-long.
 */
export function checkPromptText(text: string, contextLength: number, longestToken: number): void {
  if (text.trim() === '') {
    throw new WinnowError('prompt-empty', 'The prompt is empty.', 'Write a question or a task.');
  }
  if (!text.isWellFormed()) {
    throw new WinnowError(
      'prompt-invalid',
      'The prompt contains half of a character.',
      'It was probably cut in the middle of an emoji. Take out the unreadable characters.',
    );
  }
  const leastTokens = Math.ceil(Buffer.byteLength(text) / Math.max(longestToken, 1));
  if (leastTokens >= contextLength) throw promptTooLong(contextLength);
}

/** @param contextLength tokens that the model can read at most, its answer included. */
export function promptTooLong(contextLength: number): WinnowError {
  return new WinnowError(
    'prompt-too-long',
    'The prompt is longer than this model can read.',
    `Shorten it: this model reads at most ${contextLength} tokens, about ${Math.round(contextLength * 0.75)} words, its answer included.`,
    { contextLength },
  );
}

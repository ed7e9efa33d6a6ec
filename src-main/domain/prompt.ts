/** What can be a prompt at all; what a model makes of it is the engine's business. */
import { WinnowError } from '../contract/errors.ts';
import { limits } from '../contract/settings.ts';

/** Throws prompt-empty, prompt-invalid, prompt-too-long. */
export function checkPrompt(prompt: string): void {
  if (prompt.trim() === '') {
    throw new WinnowError(
      'prompt-empty',
      'The prompt is empty.',
      'Write a question or a task for the model.',
    );
  }
  if (!prompt.isWellFormed()) {
    throw new WinnowError(
      'prompt-invalid',
      'The prompt contains half of a character, which cannot be stored or read.',
      'It was probably cut in the middle of an emoji. Take out the unreadable character, or save the file as UTF-8 again.',
    );
  }
  if (prompt.includes('\0')) {
    throw new WinnowError(
      'prompt-invalid',
      'The prompt holds a NUL character, as binary files do.',
      'Give a text, or remove the character.',
    );
  }
  if (prompt.length > limits.promptCharacters) {
    throw new WinnowError(
      'prompt-too-long',
      `The prompt has ${prompt.length} characters; Winnow takes up to ${limits.promptCharacters}.`,
      'Shorten the prompt.',
      { characters: prompt.length, limit: limits.promptCharacters },
    );
  }
}

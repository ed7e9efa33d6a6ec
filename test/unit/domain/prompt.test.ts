import { describe, expect, it } from 'vitest';
import { checkPrompt } from '../../../src-main/domain/prompt.ts';

describe('a prompt', () => {
  it.each([
    ['', 'prompt-empty', 'The prompt is empty.'],
    [' \n\t ', 'prompt-empty', 'The prompt is empty.'],
    ['half a \ud83d character', 'prompt-invalid', /half of a character/],
    ['a\0b', 'prompt-invalid', /NUL character/],
    ['x'.repeat(1_000_001), 'prompt-too-long', /1000001 characters/],
  ])('%# is refused', (prompt, code, message) => {
    expect(() => {
      checkPrompt(prompt);
    }).toThrow(
      expect.objectContaining({
        code,
        message: typeof message === 'string' ? message : (expect.stringMatching(message) as string),
      }),
    );
  });

  it('may be any other text', () => {
    checkPrompt('x'.repeat(1_000_000));
    checkPrompt('😀');
  });
});

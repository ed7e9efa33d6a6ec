import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { readPrompt } from '../../../src-main/terminal/prompt-source.ts';

it('Ctrl+C ends the wait for a prompt that never comes', async () => {
  const controller = new AbortController();
  const input = new Readable({ read: () => undefined });
  const prompt = readPrompt(['-'], undefined, {
    out: () => undefined,
    err: () => undefined,
    interactive: false,
    columns: 80,
    progressColumns: 80,
    readInput: () => input,
    signal: controller.signal,
  });
  controller.abort();
  await expect(prompt).rejects.toMatchObject({ code: 'cancelled' });
  expect(input.destroyed).toBe(true);
});

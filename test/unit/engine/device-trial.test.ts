import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { tryDevice } from '../../../src-main/engine/device-trial.ts';
import { writeTinyGguf } from '../../helpers/tiny-gguf.ts';

const folder = mkdtempSync(join(tmpdir(), 'winnow-trial-'));
const context = { onProgress: () => undefined, shouldStop: () => false };

afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true }));

async function trial() {
  const generator = await writeTinyGguf(folder);
  const preparedFolder = join(folder, 'prepared');
  return tryDevice({ generator, reward: 'likelihood', device: 'cpu', preparedFolder }, context);
}

describe('trying a device', () => {
  it('writes the known answers, greedy and drawn, and measures', async () => {
    const { form, answers, tokensPerSecond, rewards } = await trial();
    expect(form).toBe('fp32');
    expect(answers).toHaveLength(8);
    for (const { tokens, logProbabilities } of answers) {
      expect(tokens.length).toBeGreaterThan(0);
      expect(logProbabilities).toHaveLength(tokens.length);
    }
    expect(tokensPerSecond).toBeGreaterThan(0);
    expect(rewards).toBeNull();
  });

  it('refuses models that this computer has no room for now, before it loads them', async () => {
    vi.spyOn(process, 'availableMemory').mockReturnValue(1e6);
    vi.spyOn(process.memoryUsage, 'rss').mockReturnValue(1e6);
    await expect(trial()).rejects.toMatchObject({
      code: 'out-of-memory',
      message: expect.stringContaining('This needs about') as string,
    });
  });
});

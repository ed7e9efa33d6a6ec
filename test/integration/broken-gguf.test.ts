import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WinnowError } from '../../src-main/contract/errors.ts';
import { readModelFacts } from '../../src-main/engine/gguf/model-facts.ts';
import { openGgufFile } from '../../src-main/engine/gguf/open.ts';
import { createGeneratorTokenizer } from '../../src-main/engine/tokenizer/generator-tokenizer.ts';
import { brokenGgufFiles, writeBrokenGguf } from '../helpers/broken-gguf.ts';
import { writeTinyGguf } from '../helpers/tiny-gguf.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-broken-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Everything that is done with a model file before it is prepared. */
async function openCompletely(path: string): Promise<void> {
  const file = await openGgufFile(path);
  try {
    await readModelFacts(file);
    await (await createGeneratorTokenizer(file)).close();
  } finally {
    await file.close();
  }
}

const faults = brokenGgufFiles();

describe('a broken GGUF file', () => {
  it('comes in many kinds', () => {
    expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
    expect(faults.length).toBeGreaterThan(100);
  });

  it.each(faults)('gives a clear error: $name', async (fault) => {
    const path = await writeBrokenGguf(folder, fault);
    const memory = process.memoryUsage().rss;
    const error: unknown = await openCompletely(path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WinnowError);
    if (!(error instanceof WinnowError)) return;
    expect(fault.codes).toContain(error.code);
    expect(error.message).toMatch(/^[A-Z“].{20,}\.$/s);
    expect(error.help).toMatch(/^[A-Z].{10,}\.$/s);
    expect(error.message).not.toMatch(/\p{Cc}|\u202e|undefined|NaN,|\[object/u);
    expect(process.memoryUsage().rss - memory).toBeLessThan(200_000_000);
  });

  it('leaves nothing behind that keeps a whole one from opening', async () => {
    await expect(openCompletely(await writeTinyGguf(folder))).resolves.toBeUndefined();
  });

  it('says so where there is no file', async () => {
    for (const path of [join(folder, 'none.gguf'), join(folder, 'none', 'none.gguf')]) {
      await expect(openCompletely(path)).rejects.toMatchObject({ code: 'model-not-found' });
    }
    await expect(openCompletely('a\0b')).rejects.toMatchObject({ code: 'model-unreadable' });
    await expect(openCompletely('/dev/zero')).rejects.toMatchObject({
      code: expect.stringMatching(/^model-not-(gguf|found)$/) as string,
    });
  });
});

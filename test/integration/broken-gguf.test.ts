import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WinnowError } from '../../src-main/contract/errors.ts';
import { readModelFacts } from '../../src-main/engine/gguf/model-facts.ts';
import { openGgufFile } from '../../src-main/engine/gguf/open.ts';
import { byteLevelCodec } from '../../src-main/engine/tokenizer/byte-level.ts';
import { createGeneratorTokenizer } from '../../src-main/engine/tokenizer/generator-tokenizer.ts';
import { readVocabulary } from '../../src-main/engine/tokenizer/vocabulary.ts';
import { brokenGgufFiles, writeBrokenGguf } from '../helpers/broken-gguf.ts';
import { ggufBytes } from '../helpers/gguf-writer.ts';
import { seededUniform } from '../helpers/random-blocks.ts';
import { tinyGgufParts, writeTinyGguf } from '../helpers/tiny-gguf.ts';

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

/** The same but for the chat template, whose process would take most of the time. */
async function openWithoutTemplate(path: string): Promise<void> {
  const file = await openGgufFile(path);
  try {
    await readModelFacts(file);
    const vocabulary = readVocabulary(file.metadata, '');
    byteLevelCodec(file.metadata, vocabulary).encode('Hello 123 wörld');
  } finally {
    await file.close();
  }
}

/** Throws whatever is not an error of ours. */
function codeOf(error: unknown): string {
  if (error instanceof WinnowError) return error.code;
  throw error;
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

  it('gives a clear error, or opens, whatever bytes of its header are changed', async () => {
    const whole = ggufBytes(tinyGgufParts({ layers: 1 }));
    const uniform = seededUniform(1);
    const path = join(folder, 'changed.gguf');
    const codes = new Set<string>();
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(whole);
      const at = Math.floor(uniform() * 16_000);
      if (uniform() < 0.5) bytes[at] = Math.floor(uniform() * 256);
      else bytes.fill(uniform() < 0.5 ? 0 : 255, at, at + 8);
      await writeFile(path, bytes);
      codes.add(await openWithoutTemplate(path).then(() => 'opened', codeOf));
    }
    expect([...codes]).toEqual(expect.arrayContaining(['opened', 'model-damaged']));
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

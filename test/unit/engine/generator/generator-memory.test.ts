import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelMemory } from '../../../../src-main/contract/model-memory.ts';
import { memoryAlone } from '../../../../src-main/domain/memory-need.ts';
import { loadBuiltGenerator } from '../../../../src-main/engine/generator/built-generator.ts';
import { loadTinyGenerator, temporaryFolder } from '../../../helpers/tiny-generator.ts';
import { writeTinyGguf, type TinyGgufOptions } from '../../../helpers/tiny-gguf.ts';

describe('what a generator takes of the memory', () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ folder, remove } = await temporaryFolder());
  });
  afterAll(() => remove());

  const enough = new Error('enough is known');

  /** What is told before the model is loaded, which the test then refuses. */
  async function memoryOf(options: TinyGgufOptions, form: 'fp32' | 'stored'): Promise<ModelMemory> {
    let told: ModelMemory | undefined;
    const loading = loadTinyGenerator(
      folder,
      { seed: 3, ...options },
      {
        form,
        onMemory: (memory) => {
          told = memory;
          throw enough;
        },
      },
    );
    await expect(loading).rejects.toBe(enough);
    if (told === undefined) throw new Error('nothing was told');
    return told;
  }

  const wide: TinyGgufOptions = {
    type: 'Q4_0',
    embeddingType: 'Q8_0',
    width: 256,
    feedForward: 512,
  };

  it('is told before anything is prepared, and a refusal leaves nothing behind', async () => {
    const path = await writeTinyGguf(folder, { name: 'refused.gguf' });
    const preparedFolder = `${folder}/never`;
    const refused = loadBuiltGenerator({
      path,
      preparedFolder,
      device: 'cpu',
      onMemory: () => {
        throw enough;
      },
    });
    await expect(refused).rejects.toBe(enough);
    expect(await readdir(folder)).not.toContain('never');
  });

  it('depends on the form: 32 bits a weight, or 4 and a scale', async () => {
    const [full, stored] = [await memoryOf(wide, 'fp32'), await memoryOf(wide, 'stored')];
    const linear = 2 * (256 * 256 * 2 + 256 * 128 * 2 + 3 * 256 * 512);
    // The tied output is the embedding, in 8 bits with a scale for 32, and as its rows are kept once more.
    const embedding = 320 * 256;
    expect(full.weights).toBe(4 * (linear + embedding) + embedding * (1 + 4 / 32));
    expect(stored.weights).toBe(
      linear * (0.5 + 8 / 32) + embedding * (1 + 8 / 32) + embedding * (1 + 4 / 32),
    );
    expect(stored.mapped).toBeLessThan(full.mapped);
    expect(stored.cacheBytesPerToken).toBe(full.cacheBytesPerToken);
  });

  it('counts an embedding that is kept in 32 bits as such', async () => {
    const compact = await memoryOf(wide, 'stored');
    const plain = await memoryOf({ ...wide, embeddingType: 'Q4_0', tied: false }, 'stored');
    expect(plain.weights - compact.weights).toBeGreaterThan(2 * 320 * 256);
  });

  it('grows with the vocabulary for each candidate, and with layers and heads for each token', async () => {
    const small = await memoryOf({}, 'fp32');
    const large = await memoryOf({ vocabulary: 1000, layers: 4 }, 'fp32');
    expect(large.perRow).toBeGreaterThan(small.perRow + 4 * 600);
    expect(large.cacheBytesPerToken).toBe(2 * small.cacheBytesPerToken);
    expect(memoryAlone(large, 64, 100).bytes).toBeGreaterThan(memoryAlone(small, 64, 100).bytes);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedPreparedFolder } from '../../helpers/built-in-generator.ts';
import { builtInModels } from '../../../src-main/surroundings.ts';
import { measureInChild, type MemoryTrial } from '../../helpers/memory-child.ts';
import { temporaryFolder } from '../../helpers/tiny-generator.ts';
import { writeTinyGguf, type TinyGgufOptions } from '../../helpers/tiny-gguf.ts';

const { generator: builtInGenerator, reward: builtInReward } = builtInModels();

/** The estimate is to be this close to the measured peak. */
const tolerance = 0.15;

/** Far from the built-in one: wider, fewer layers, another vocabulary, an embedding kept in 32 bits. */
const wide: TinyGgufOptions = {
  layers: 6,
  width: 1024,
  heads: 16,
  keyValueHeads: 4,
  feedForward: 3072,
  vocabulary: 12_000,
  contextLength: 1024,
  type: 'Q8_0',
  embeddingType: 'Q4_0',
  tied: false,
};

/** Narrow and deep, with as many key/value heads as heads: most of its memory is the cache. */
const deep: TinyGgufOptions = {
  layers: 24,
  width: 512,
  heads: 8,
  keyValueHeads: 8,
  feedForward: 1024,
  vocabulary: 4000,
  contextLength: 1024,
  type: 'Q4_K',
  seed: 3,
};

describe.runIf(process.platform === 'linux')('the memory that was foretold', () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ folder, remove } = await temporaryFolder());
  });
  afterAll(() => remove());

  async function compareWithMeasured(trial: MemoryTrial): Promise<void> {
    const { need, peakBytes, tokensWritten } = await measureInChild(trial);
    const share = need.peakBytes / peakBytes;
    const { form, rows, tokens } = trial;
    // Else the cache was never as full as it could have been.
    expect(tokensWritten).toBeGreaterThan(0.85 * rows * tokens);
    process.stderr.write(
      `${form} ${rows} x ${tokens}: foretold ${megabytes(need.peakBytes)}, measured ${megabytes(peakBytes)}, ${share.toFixed(2)}\n`,
    );
    expect(share).toBeGreaterThan(1 - tolerance);
    expect(share).toBeLessThan(1 + tolerance);
  }

  const builtIn: [MemoryTrial['form'], number, number][] = [
    ['fp32', 1, 64],
    ['fp32', 16, 32],
    ['fp32', 64, 96],
    ['stored', 1, 64],
    ['stored', 64, 48],
    ['stored', 256, 32],
  ];
  it.each(builtIn)(
    'is what the built-in pair takes: %s, %i answers of %i tokens',
    (form, rows, tokens) =>
      compareWithMeasured({
        generator: builtInGenerator,
        reward: builtInReward,
        preparedFolder: sharedPreparedFolder,
        form,
        rows,
        tokens,
      }),
  );

  const others: [string, TinyGgufOptions, MemoryTrial['form'], number][] = [
    ['a wide model', wide, 'fp32', 16],
    ['a wide model', wide, 'stored', 64],
    ['a deep model', deep, 'fp32', 32],
    ['a deep model', deep, 'stored', 32],
  ];
  it.each(others)('is what %s takes', async (name, options, form, rows) => {
    const generator = await writeTinyGguf(folder, { name: `${name}.gguf`, ...options });
    const preparedFolder = `${folder}/prepared`;
    const reward = builtInReward;
    await compareWithMeasured({ generator, reward, preparedFolder, form, rows, tokens: 64 });
  });
});

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

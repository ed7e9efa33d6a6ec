import { describe, expect, it } from 'vitest';
import type { ModelMemory } from '../../../src-main/contract/model-memory.ts';
import {
  memoryAlone,
  memoryNeed,
  programBytes,
  requireRoom,
} from '../../../src-main/domain/memory-need.ts';

const generator: ModelMemory = {
  weights: 4e9,
  tokenizer: 100e6,
  loading: 50e6,
  mapped: 4e9,
  kept: 0,
  working: 20e6,
  perRow: 1e6,
  cacheBytesPerToken: 10_000,
};
const reward: ModelMemory = {
  weights: 900e6,
  tokenizer: 30e6,
  loading: 1.5e9,
  mapped: 0,
  kept: 0,
  working: 80e6,
  perRow: 0,
  cacheBytesPerToken: 0,
};
const lane = { rows: 64, cacheBytes: 600e6 };

const bytesOf = ({ parts }: ReturnType<typeof memoryNeed>, name: string) =>
  parts.find((part) => part.name === name)?.bytes;

describe('the memory that a comparison needs', () => {
  it('is the sum of its parts, the models and what is computed with them', () => {
    const need = memoryNeed(generator, [reward], lane);
    expect(need.parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(need.bytes);
    expect(bytesOf(need, 'the model that writes')).toBe(4e9);
    expect(bytesOf(need, 'the reward model')).toBe(900e6);
    expect(bytesOf(need, "the answers' cache")).toBe(600e6);
    // In turns: the larger of both, beside the rows.
    expect(bytesOf(need, 'computing')).toBe(64e6 + 80e6);
    expect(bytesOf(need, 'Winnow itself')).toBe(programBytes + 130e6);
  });

  it('counts what every reward model keeps of the texts, beside all else', () => {
    const plain = { ...reward, loading: 0 };
    const keeping = { ...plain, kept: 300e6 };
    const need = memoryNeed(generator, [keeping, keeping], lane);
    expect(bytesOf(need, 'texts that were judged')).toBe(600e6);
    expect(need.bytes - memoryNeed(generator, [plain, plain], lane).bytes).toBe(600e6);
    expect(memoryAlone(keeping, 1, 200).bytes - memoryAlone(plain, 1, 200).bytes).toBe(300e6);
  });

  it('counts what is there only while a model is loaded, where that is more', () => {
    const need = memoryNeed(generator, [reward], { rows: 1, cacheBytes: 0 });
    expect(need.bytes).toBe(programBytes + 130e6 + 4.9e9 + 1.5e9);
    expect(bytesOf(need, 'loading')).toBeGreaterThan(1.4e9);
    expect(bytesOf(memoryNeed(generator, [], lane), 'loading')).toBeUndefined();
  });

  it('does not count pages that the system takes back, but foretells them', () => {
    const { bytes, peakBytes } = memoryNeed(generator, [], lane);
    expect(bytes).toBeLessThan(5e9);
    expect(peakBytes).toBe(programBytes + 100e6 + 8e9 + 50e6);
  });

  it('grows with the candidates and with their length', () => {
    const [few, many, longer] = [
      memoryAlone(generator, 32, 200),
      memoryAlone(generator, 64, 200),
      memoryAlone(generator, 64, 400),
    ];
    expect(many.bytes - few.bytes).toBe(32 * (1e6 + 200 * 10_000));
    expect(longer.bytes - many.bytes).toBe(64 * 200 * 10_000);
    expect(memoryAlone(reward, 64, 200).bytes).toBe(memoryAlone(reward, 1, 200).bytes);
  });
});

describe('a comparison that does not fit', () => {
  const need = memoryNeed(generator, [reward], { rows: 64, cacheBytes: 2e9 });

  it('is let through where there is room', () => {
    expect(() => requireRoom(need, need.bytes, 16e9)).not.toThrow();
  });

  it('is refused with the sum, the largest part first', () => {
    expect(() => requireRoom(need, 3e9, 16e9)).toThrow(
      expect.objectContaining({
        code: 'out-of-memory',
        message:
          "This needs about 7.3 GB of memory: 4.0 GB for the model that writes, 2.0 GB for the answers' cache, 900 MB for the reward model, 260 MB for Winnow itself and 144 MB for computing. Only 3.0 GB are free now.",
        help: expect.stringContaining('Close other programs') as string,
      }),
    );
  });

  it('is called too large where this computer could never hold it', () => {
    expect(() => requireRoom(need, 3e9, 4e9)).toThrow(
      expect.objectContaining({
        code: 'model-too-large',
        message: expect.stringMatching(/This computer has 4\.0 GB in all\.$/) as string,
      }),
    );
  });

  it.each([
    ['a smaller model', 2e9, /^Choose a smaller model/],
    ['fewer or shorter answers', 300e9, /^Choose fewer or shorter answers/],
  ])('is told to ask for %s where that takes the most', (_what, cacheBytes, help) => {
    const asked = memoryNeed(generator, [reward], { rows: 64, cacheBytes });
    expect(() => requireRoom(asked, 3e9, 4e9)).toThrow(
      expect.objectContaining({ help: expect.stringMatching(help) as string }),
    );
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SamplingSettings } from '../../../../src-main/contract/engine.ts';
import { uniformNumber } from '../../../../src-main/domain/random.ts';
import { tokenDistribution } from '../../../../src-main/engine/generator/naive-sampler.ts';
import { chiSquare } from '../../../helpers/chi-square.ts';
import { plainSampling } from '../../../helpers/tiny-generator.ts';
import { loadSampler, type LoadedSampler } from '../../../helpers/sampler-session.ts';

// Not a multiple of 256, so the last group is padded; more than 1,024, so that top-p sorts a part first.
const vocabulary = 1500;
const draws = 100_000;
const seen = [3, 3, 700, 1499, 12];

describe('100,000 draws of the sampler in the graph', () => {
  let sampler: LoadedSampler;
  beforeAll(async () => {
    sampler = await loadSampler(vocabulary);
  });
  afterAll(() => sampler.close());

  /** Logits with a few likely tokens, a long tail, and what the repetition penalty treats differently. */
  const logits = Float32Array.from(
    { length: vocabulary },
    (_, token) => 9 * uniformNumber(1, token, 0) ** 3 - 2 + (seen.includes(token) ? 3 : 0),
  );

  const settings: [string, Partial<SamplingSettings>][] = [
    ['nothing cut', {}],
    ['temperature 0.5', { temperature: 0.5 }],
    ['temperature 2', { temperature: 2 }],
    ['top-k 20', { topK: 20 }],
    ['top-k of the whole vocabulary', { topK: 10_000 }],
    ['top-p 0.5', { topP: 0.5 }],
    ['top-p 0.97, which needs the whole vocabulary sorted', { topP: 0.97, temperature: 3 }],
    ['min-p 0.05', { minP: 0.05 }],
    ['repetition penalty 1.5', { repetitionPenalty: 1.5 }],
    ['all', { temperature: 0.9, topK: 200, topP: 0.95, minP: 0.01, repetitionPenalty: 1.2 }],
  ];

  it.each(settings)('agree with an independent implementation: %s', async (_name, changed) => {
    const sampling = { ...plainSampling, ...changed };
    const counts = new Array<number>(vocabulary).fill(0);
    const rows = 500;
    for (let batch = 0; batch < draws / rows; batch++) {
      const uniforms = Float32Array.from({ length: rows }, (_, row) =>
        uniformNumber(77, row, batch),
      );
      for (const token of await sampler.draw({ logits, rows, uniforms, seen, sampling })) {
        counts[token] = (counts[token] ?? 0) + 1;
      }
    }
    const expected = tokenDistribution(logits, sampling, seen);
    // Not one draw of a token that was cut.
    counts.forEach((count, token) => {
      if (expected[token] === 0) expect(count, `token ${token}`).toBe(0);
    });
    const { statistic, degrees, limit } = chiSquare(counts, expected, draws);
    expect(degrees).toBeGreaterThan(2);
    expect(statistic).toBeLessThan(limit);
  });

  it('are not drawn at all at temperature 0', async () => {
    const sampling = { ...plainSampling, temperature: 0 };
    const uniforms = Float32Array.of(0, 0.5, 1 - 2 ** -23);
    const tokens = await sampler.draw({ logits, rows: 3, uniforms, seen, sampling });
    const likeliest = logits.indexOf(Math.max(...logits));
    expect(tokens).toEqual([likeliest, likeliest, likeliest]);
  });

  it.each([
    ['a tiny temperature', { temperature: 1e-300 }],
    ['a tiny top-p', { topP: 1e-60 }],
    ['top-k 1', { topK: 1 }],
  ])('are the likeliest token with %s', async (_name, changed) => {
    const sampling = { ...plainSampling, ...changed };
    const uniforms = Float32Array.of(0, 0.9);
    const tokens = await sampler.draw({ logits, rows: 2, uniforms, seen, sampling });
    const likeliest = logits.indexOf(Math.max(...logits));
    expect(tokens).toEqual([likeliest, likeliest]);
  });

  it('never fall outside, at either end of the uniform numbers', async () => {
    const cut = { ...plainSampling, topK: 2 };
    const uniforms = Float32Array.of(0, 1 - 2 ** -23);
    const expected = tokenDistribution(logits, cut, seen);
    const kept = [...expected.keys()].filter((token) => (expected[token] ?? 0) > 0);
    expect(await sampler.draw({ logits, rows: 2, uniforms, seen, sampling: cut })).toEqual(kept);
    const plain = await sampler.draw({ logits, rows: 2, uniforms, seen, sampling: plainSampling });
    expect(plain).toEqual([0, vocabulary - 1]);
  });
});

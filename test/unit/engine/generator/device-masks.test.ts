import { describe, expect, it } from 'vitest';
import { stepMask } from '../../../../src-main/engine/generator/device-masks.ts';

/** One line of `o` (seen) and `.` (hidden) for each query. */
function drawn(mask: Float32Array, lines: number): string[] {
  const columns = mask.length / lines;
  return Array.from({ length: lines }, (_, line) =>
    [...mask.subarray(line * columns, (line + 1) * columns)]
      .map((value) => (value === 0 ? 'o' : '.'))
      .join(''),
  );
}

describe('what a token sees on a graphics card', () => {
  it('is everything before it, but not what only fills an empty part', () => {
    const lengths = { prompt: 3, finished: 0, running: 2 };
    const mask = stepMask(lengths, { added: 0, queries: 1 }, { groups: 1 });
    expect(drawn(mask, 1)).toEqual(['ooo.ooo']);
  });

  it('is only itself where nothing came before', () => {
    const lengths = { prompt: 0, finished: 0, running: 0 };
    const mask = stepMask(lengths, { added: 0, queries: 1 }, { groups: 1 });
    expect(drawn(mask, 1)).toEqual(['...o']);
  });

  it('is in a chunk of the prompt also the earlier ones of the chunk, for each group of heads', () => {
    const lengths = { prompt: 2, finished: 0, running: 0 };
    const mask = stepMask(lengths, { added: 0, queries: 3 }, { groups: 2 });
    const chunk = ['oo..o..', 'oo..oo.', 'oo..ooo'];
    expect(drawn(mask, 6)).toEqual([...chunk, ...chunk]);
  });

  it('is what the run itself has added, in a later step', () => {
    const lengths = { prompt: 1, finished: 0, running: 0 };
    const mask = stepMask(lengths, { added: 2, queries: 1 }, { groups: 1 });
    expect(drawn(mask, 1)).toEqual(['o..ooo']);
  });

  it('ends at the window', () => {
    const lengths = { prompt: 3, finished: 2, running: 1 };
    const mask = stepMask(lengths, { added: 0, queries: 1 }, { groups: 1, window: 3 });
    expect(drawn(mask, 1)).toEqual(['....ooo']);
  });
});

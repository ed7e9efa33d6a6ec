import type { Architecture } from './architecture.ts';
import { llama } from './llama.ts';

/** Olmo 3's files bear this name too: three of four layers have a window, and rotate unscaled. */
export const olmo2: Architecture = {
  name: 'olmo2',
  models: ['OLMo 2', 'Olmo 3'],
  design: {
    ...llama.design,
    ropeInterleaved: false,
    norms: 'after',
    queryKeyNorm: 'all-heads',
  },
  peculiarities: (file) => {
    const length = file.slidingWindow();
    if (length === null) return {};
    const base = file.positive('rope.freq_base', 10_000);
    const ropeBase = file.positive('rope.freq_base_swa', base);
    return { window: { length, isIn: file.windowedLayers(4), ropeBase } };
  },
};

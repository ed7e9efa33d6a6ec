import type { Architecture } from './architecture.ts';
import { gemma2, gemmaAttentionScale } from './gemma2.ts';

export const gemma3: Architecture = {
  name: 'gemma3',
  models: ['Gemma 3'],
  design: { ...gemma2.design, queryKeyNorm: 'each-head' },
  peculiarities: (file, size) => ({
    embeddingScale: Math.sqrt(size.width),
    attentionScale: file.positive('attention.scale', gemmaAttentionScale(size, 62)),
    logitCap: file.positive('final_logit_softcapping', null),
    window: {
      length: file.slidingWindow(),
      isIn: file.windowedLayers(6),
      ropeBase: file.positive('rope.freq_base_swa', 10_000),
    },
  }),
};

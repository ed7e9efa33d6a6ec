import type { Architecture, ModelSize } from './architecture.ts';
import { llama } from './llama.ts';

/** Its norms' weights are stored with the 1 already added that the models add to them. */
export const gemma2: Architecture = {
  name: 'gemma2',
  models: ['Gemma 2'],
  design: { ...llama.design, ropeInterleaved: false, norms: 'around', activation: 'gelu' },
  peculiarities: (file, size) => ({
    embeddingScale: Math.sqrt(size.width),
    attentionScale: file.positive('attention.scale', gemmaAttentionScale(size, 46)),
    scoreCap: file.positive('attn_logit_softcapping', 50),
    logitCap: file.positive('final_logit_softcapping', 30),
    window: { length: file.slidingWindow() ?? 4096, isIn: file.windowedLayers(2) },
  }),
};

/** The largest model scales by width / heads; its files do not say so, its number of layers does. */
export function gemmaAttentionScale(
  { layers, width, heads, headSize }: ModelSize,
  layersOfLargest: number,
): number {
  return (layers === layersOfLargest ? width / heads : headSize) ** -0.5;
}

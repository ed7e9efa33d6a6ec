import type { Architecture } from './architecture.ts';
import { llama } from './llama.ts';

export const granite: Architecture = {
  name: 'granite',
  models: ['Granite'],
  design: llama.design,
  peculiarities: (file, { headSize }) => ({
    embeddingScale: file.positive('embedding_scale', 1),
    residualScale: file.positive('residual_scale', 1),
    attentionScale: file.positive('attention.scale', headSize ** -0.5),
    logitScale: 1 / file.positive('logit_scale', 1),
  }),
};

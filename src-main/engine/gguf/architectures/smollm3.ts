import type { Architecture } from './architecture.ts';
import { llama } from './llama.ts';

export const smollm3: Architecture = {
  name: 'smollm3',
  models: ['SmolLM3'],
  design: llama.design,
  peculiarities: () => ({ unrotated: (layer) => layer % 4 === 3 }),
};

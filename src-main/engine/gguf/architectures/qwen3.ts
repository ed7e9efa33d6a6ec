import type { Architecture } from './architecture.ts';
import { llama } from './llama.ts';

export const qwen3: Architecture = {
  name: 'qwen3',
  models: ['Qwen 3'],
  design: { ...llama.design, ropeInterleaved: false, queryKeyNorm: 'each-head' },
};

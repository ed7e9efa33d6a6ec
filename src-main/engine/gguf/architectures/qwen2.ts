import type { Architecture } from './architecture.ts';
import { llama } from './llama.ts';

export const qwen2: Architecture = {
  name: 'qwen2',
  models: ['Qwen 2 and 2.5'],
  design: { ...llama.design, ropeInterleaved: false, queryKeyValueBias: true },
};

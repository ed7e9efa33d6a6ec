import type { Architecture } from './architecture.ts';
import { llama } from './llama.ts';

export const phi3: Architecture = {
  name: 'phi3',
  models: ['Phi-3', 'Phi-3.5 mini', 'Phi-4'],
  design: { ...llama.design, ropeInterleaved: false, joinedTensors: true },
  peculiarities: (file) => ({ window: { length: file.slidingWindow(), isIn: () => true } }),
};

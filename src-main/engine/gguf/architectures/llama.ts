import type { Architecture } from './architecture.ts';

/** The plain decoder that the others are told from. Its files reorder the rows of queries and keys. */
export const llama: Architecture = {
  name: 'llama',
  models: ['Llama', 'Mistral', 'SmolLM2'],
  design: {
    ropeInterleaved: true,
    norms: 'before',
    queryKeyNorm: 'none',
    queryKeyValueBias: false,
    joinedTensors: false,
    activation: 'silu',
  },
};

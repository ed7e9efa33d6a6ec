/** The architectures that Winnow runs. */
import type { Architecture } from './architecture.ts';
import { gemma2 } from './gemma2.ts';
import { gemma3 } from './gemma3.ts';
import { granite } from './granite.ts';
import { llama } from './llama.ts';
import { olmo2 } from './olmo2.ts';
import { phi3 } from './phi3.ts';
import { qwen2 } from './qwen2.ts';
import { qwen3 } from './qwen3.ts';
import { smollm3 } from './smollm3.ts';

export const architectures: readonly Architecture[] = [
  llama,
  qwen2,
  qwen3,
  smollm3,
  granite,
  olmo2,
  phi3,
  gemma2,
  gemma3,
];

/** The architectures that Winnow runs. */
import type { Architecture } from './architecture.ts';
import { llama } from './llama.ts';

export const architectures: readonly Architecture[] = [llama];

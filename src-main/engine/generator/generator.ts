/** A generator: a model that is loaded, whatever form it came in, and the lanes that it writes. */
import type {
  BeginLaneRequest,
  DeviceName,
  GeneratorFacts,
  LinearForm,
  LoadProgress,
} from '../../contract/engine.ts';
import type { ModelMemory } from '../../contract/model-memory.ts';
import type { GeneratorTokenizer } from '../tokenizer/generator-tokenizer.ts';
import type { Decoder } from './decoder.ts';
import { beginLane, type GeneratorLane } from './lane.ts';
import { RunSizing } from './run-sizing.ts';

export type { GeneratorLane } from './lane.ts';

export interface LoadGeneratorOptions {
  path: string;
  preparedFolder: string;
  device: DeviceName | 'auto';
  /** Chosen by the memory that is there where absent or `auto`. */
  form?: LinearForm | 'auto';
  /** Told what the model will take, before any of it is prepared or loaded; what it throws refuses the model. */
  onMemory?: (memory: ModelMemory) => void;
  onProgress?: (progress: LoadProgress) => void;
  shouldStop?: () => boolean;
}

export interface Generator {
  facts: GeneratorFacts;
  tokenizer: GeneratorTokenizer;
  /** Reads the prompt. Throws prompt-empty, prompt-invalid, prompt-too-long, cancelled, out-of-memory. */
  beginLane(
    request: BeginLaneRequest,
    options?: { shouldStop?: () => boolean },
  ): Promise<GeneratorLane>;
  close(): Promise<void>;
}

/** A generator from its parts, which it closes in the end. */
export function assembleGenerator(parts: {
  facts: GeneratorFacts;
  decoder: Decoder;
  tokenizer: GeneratorTokenizer;
}): Generator {
  const { facts, decoder, tokenizer } = parts;
  const laneParts = { ...parts, sizing: new RunSizing(facts.cache.runTokens) };
  return {
    facts,
    tokenizer,
    beginLane: (request, { shouldStop = () => false } = {}) =>
      beginLane(laneParts, request, shouldStop),
    close: async () => {
      await tokenizer.close();
      await decoder.close();
    },
  };
}

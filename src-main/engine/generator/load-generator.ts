/** Loads a model as a generator, whatever form it comes in. */
import { loadBuiltGenerator } from './built-generator.ts';
import type { Generator, LoadGeneratorOptions } from './generator.ts';

/**
 * Opens a model, prepares it where that was not done before, and loads it.
 * @throws the errors of opening a model and its tokenizer, device-unavailable, prepare-failed, out-of-memory, cancelled
 */
export function loadGenerator(options: LoadGeneratorOptions): Promise<Generator> {
  return loadBuiltGenerator(options);
}

/** Loads a model as a generator, whatever form it comes in. */
import { loadExportedGenerator } from '../onnx/exported-generator.ts';
import { openExportFolder } from '../onnx/export-folder.ts';
import { loadBuiltGenerator } from './built-generator.ts';
import type { Generator, LoadGeneratorOptions } from './generator.ts';

/**
 * Opens a model, prepares it where that was not done before, and loads it.
 * @throws the errors of opening a model and its tokenizer, device-unavailable, prepare-failed, out-of-memory, cancelled
 */
export async function loadGenerator(options: LoadGeneratorOptions): Promise<Generator> {
  const exported = await openExportFolder(options.path);
  if (exported !== null) return loadExportedGenerator(exported, options);
  return loadBuiltGenerator(options);
}

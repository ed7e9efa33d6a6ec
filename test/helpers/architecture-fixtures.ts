import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  loadBuiltGenerator,
  type BuiltGenerator,
} from '../../src-main/engine/generator/built-generator.ts';
import type { LoadGeneratorOptions } from '../../src-main/engine/generator/generator.ts';
import { readFixture } from './generator-fixtures.ts';

/** A tiny random model, and what transformers makes of it (test/fixtures/architectures.py). */
export interface ArchitectureFixture {
  /** Its file's name, without the ending. */
  name: string;
  architecture: string;
  prompt: string;
  /** The prompt in the model's chat template. */
  promptIds: number[];
  /** After the prompt. */
  logits: number[];
  /** The greedy answer. */
  answerIds: number[];
  /** Of the answer's tokens. */
  logProbabilities: number[];
}

export function readArchitectureFixtures(): ArchitectureFixture[] {
  return readFixture('architectures.json') as ArchitectureFixture[];
}

export function architecturePath(name: string): string {
  return fileURLToPath(new URL(`../fixtures/architectures/${name}.gguf`, import.meta.url));
}

/** Loads one of them; what is prepared goes to the folder. */
export function loadArchitecture(
  name: string,
  folder: string,
  options: Partial<LoadGeneratorOptions> = {},
): Promise<BuiltGenerator> {
  const preparedFolder = join(folder, 'prepared');
  return loadBuiltGenerator({
    path: architecturePath(name),
    preparedFolder,
    device: 'cpu',
    ...options,
  });
}

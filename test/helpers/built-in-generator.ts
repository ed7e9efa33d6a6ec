import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  loadBuiltGenerator,
  type BuiltGenerator,
} from '../../src-main/engine/generator/built-generator.ts';
import type { LinearForm } from '../../src-main/contract/engine.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

export const builtInGeneratorPath = join(
  root,
  'resources/models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf',
);

/** Shared by all tests of this machine, so that the model is prepared once. */
export const sharedPreparedFolder = join(tmpdir(), 'winnow-test-prepared');

/** @param form chosen by the memory that is there where absent */
export function loadBuiltInGenerator(form?: LinearForm): Promise<BuiltGenerator> {
  return loadBuiltGenerator({
    path: builtInGeneratorPath,
    preparedFolder: sharedPreparedFolder,
    device: 'cpu',
    ...(form === undefined ? {} : { form }),
  });
}

/** What transformers wrote from the same file in fp32 (test/fixtures/golden_generator.py). */
export interface GoldenAnswer {
  prompt: string;
  promptIds: number[];
  answerIds: number[];
  /** For each token of the answer: how far the likeliest logit was above the next one. */
  topTwoGaps: number[];
  /** Some logits after the prompt; a few prompts have them. */
  prefillLogits?: { ids: number[]; values: number[] };
}

export function readGoldenAnswers(): { prompts: GoldenAnswer[] } {
  const path = join(root, 'test/fixtures/golden-generator.json');
  return JSON.parse(readFileSync(path, 'utf8')) as { prompts: GoldenAnswer[] };
}

/** The plain way with onnxruntime: one run for each token, cache and sampling in JavaScript (step-reference.ts). */
import { join } from 'node:path';
import { sessionOptions } from '../../../../src-main/engine/devices/session-options.ts';
import { prepareModel } from '../../../../src-main/engine/generator/prepare.ts';
import { stepGraphFile } from '../../../../src-main/engine/generator/prepared-model.ts';
import { StepReference } from '../../../../src-main/engine/generator/step-reference.ts';
import { readModelFacts } from '../../../../src-main/engine/gguf/model-facts.ts';
import { openGgufFile } from '../../../../src-main/engine/gguf/open.ts';
import { describeMachine } from '../../machine.ts';
import type { Job, Writer } from '../job.ts';

export async function load(job: Job): Promise<Writer> {
  const { modelPath, preparedFolder, promptIds, topK } = job;
  const file = await openGgufFile(modelPath);
  const facts = await readModelFacts(file);
  const { folder } = await prepareModel(file, facts, {
    preparedFolder,
    form: 'fp32',
    onProgress: () => undefined,
    shouldStop: () => false,
  });
  await file.close();
  const path = join(folder, stepGraphFile);
  const reference = await StepReference.load(path, facts, sessionOptions('cpu'));
  const { onnxruntime } = await describeMachine();
  return {
    version: `onnxruntime-node ${onnxruntime}`,
    write: async ({ candidates, tokens, temperature }) => {
      const began = performance.now();
      const written = await reference.write({
        promptIds,
        candidates: Array.from({ length: candidates }, (_, index) => index),
        seed: 1,
        sampling: { temperature, topK, topP: 1, minP: 0, repetitionPenalty: 1 },
        maxTokens: tokens,
        endTokens: new Set(),
      });
      return {
        answers: written.tokens,
        promptMs: performance.now() - began - written.milliseconds,
        writeMs: written.milliseconds,
        // The first tokens come from the prompt's logits.
        timedTokens: candidates * (tokens - 1),
      };
    },
  };
}

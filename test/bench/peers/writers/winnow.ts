/** Winnow as it is used: a lane on a loaded generator, the prompt read once. */
import { loadBuiltGenerator } from '../../../../src-main/engine/generator/built-generator.ts';
import { describeMachine } from '../../machine.ts';
import { winnowForms } from '../forms.ts';
import type { Job, Writer } from '../job.ts';

export async function load(job: Job): Promise<Writer> {
  const { engine, modelPath, preparedFolder, prompt, topK } = job;
  const form = winnowForms[engine];
  if (form === undefined) throw new RangeError(`Winnow has no form named ${engine}`);
  const generator = await loadBuiltGenerator({
    path: modelPath,
    preparedFolder,
    device: 'cpu',
    form,
  });
  // Without end tokens every candidate writes as many tokens as it is asked for.
  const { endTokens } = generator.tokenizer;
  if (endTokens instanceof Set) endTokens.clear();
  const { onnxruntime } = await describeMachine();
  return {
    version: `Winnow, ${generator.facts.form}, onnxruntime-node ${onnxruntime}`,
    write: async ({ candidates, tokens, temperature }) => {
      const began = performance.now();
      const lane = await generator.beginLane({
        prompt,
        seed: 1,
        sampling: { temperature, topK, topP: 1, minP: 0, repetitionPenalty: 1 },
        maxTokens: tokens,
        logProbabilities: false,
      });
      const promptRead = performance.now();
      const indexes = Array.from({ length: candidates }, (_, index) => index);
      await lane.start(indexes);
      await lane.advance(tokens);
      const end = performance.now();
      const answers = indexes.map((index) => lane.tokensOf(index));
      await lane.end();
      return {
        answers,
        promptMs: promptRead - began,
        writeMs: end - promptRead,
        timedTokens: candidates * tokens,
      };
    },
  };
}

/**
 * transformers.js on an ONNX export of the same weights. It does not act on num_return_sequences (its sampler draws
 * one token for each row of the batch), so the candidates are a batch of equal prompts.
 */
import { basename, dirname } from 'node:path';
import type { Job, WriteRequest, Writer, Written } from '../job.ts';
import {
  importRival,
  rivalVersion,
  type CausalModel,
  type TransformersJs,
} from '../rival-packages.ts';

export async function load(job: Job): Promise<Writer> {
  const { modelPath, threads } = job;
  const library = (await importRival('@huggingface/transformers')) as TransformersJs;
  library.env.allowRemoteModels = false;
  library.env.localModelPath = dirname(modelPath);
  const model = await library.AutoModelForCausalLM.from_pretrained(basename(modelPath), {
    dtype: 'fp32',
    device: 'cpu',
    use_external_data_format: true,
    session_options: { intraOpNumThreads: threads },
  });
  const version = rivalVersion('@huggingface/transformers');
  return {
    version: `@huggingface/transformers ${version}, onnxruntime-node ${rivalVersion('onnxruntime-node')}`,
    write: (request) => write(library, model, job, request),
  };
}

async function write(
  library: TransformersJs,
  model: CausalModel,
  { promptIds, topK }: Job,
  { candidates, tokens, temperature }: WriteRequest,
): Promise<Written> {
  const dims = [candidates, promptIds.length];
  const size = candidates * promptIds.length;
  const ids = BigInt64Array.from({ length: size }, (_, at) =>
    BigInt(promptIds[at % promptIds.length] ?? 0),
  );
  // Told of the prompt, then of every step.
  const times: number[] = [];
  const streamer = Object.assign(new library.BaseStreamer(), {
    put: () => times.push(performance.now()),
    end: () => undefined,
  });
  const began = performance.now();
  const output = await model.generate({
    inputs: new library.Tensor('int64', ids, dims),
    attention_mask: new library.Tensor('int64', new BigInt64Array(size).fill(1n), dims),
    max_new_tokens: tokens,
    do_sample: temperature > 0,
    temperature: 1,
    top_k: topK,
    streamer,
  });
  const end = performance.now();
  const firstTokens = times[1] ?? end;
  return {
    answers: output.tolist().map((row) => row.slice(promptIds.length).map(Number)),
    promptMs: firstTokens - began,
    writeMs: end - firstTokens,
    timedTokens: candidates * (tokens - 1),
  };
}

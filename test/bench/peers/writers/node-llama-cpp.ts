/**
 * llama.cpp through node-llama-cpp: one sequence for each candidate, all on one context, one batch for each step. The
 * sequences cannot share a prompt, but each can load the state of the one that read it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job, WriteRequest, Writer, Written } from '../job.ts';
import {
  importRival,
  rivalVersion,
  type LlamaModel,
  type LlamaSampling,
  type LlamaSequence,
  type NodeLlamaCpp,
} from '../rival-packages.ts';

export async function load(job: Job): Promise<Writer> {
  const { getLlama } = (await importRival('node-llama-cpp')) as NodeLlamaCpp;
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: job.threads,
    logLevel: 'error',
  });
  const model = await llama.loadModel({ modelPath: job.modelPath });
  return {
    version: `node-llama-cpp ${rivalVersion('node-llama-cpp')}`,
    write: (request) => write(model, job, request),
  };
}

async function write(
  model: LlamaModel,
  { promptIds, threads, topK }: Job,
  { candidates, tokens, temperature }: WriteRequest,
): Promise<Written> {
  const context = await model.createContext({
    sequences: candidates,
    contextSize: promptIds.length + tokens,
    batchSize: Math.max(512, candidates),
    flashAttention: true,
    threads: { ideal: threads, min: threads },
  });
  const sequences = Array.from({ length: candidates }, () => context.getSequence());
  const began = performance.now();
  // The last token of the prompt is read with the first step, as in Winnow.
  await readPrompt(sequences, promptIds.slice(0, -1));
  const promptRead = performance.now();
  let last = sequences.map(() => promptIds.at(-1) ?? 0);
  const answers: number[][] = sequences.map(() => []);
  for (let step = 0; step < tokens; step++) {
    last = await Promise.all(
      sequences.map((sequence, row) =>
        nextToken(sequence, last[row] ?? 0, {
          temperature,
          topK,
          topP: 1,
          minP: 0,
          // A sampler begins anew with every call, so each call has a seed of its own.
          seed: step * candidates + row,
        }),
      ),
    );
    for (const [row, token] of last.entries()) answers[row]?.push(token);
  }
  const end = performance.now();
  await context.dispose();
  return {
    answers,
    promptMs: promptRead - began,
    writeMs: end - promptRead,
    timedTokens: candidates * tokens,
  };
}

async function readPrompt(sequences: LlamaSequence[], ids: number[]): Promise<void> {
  const [first, ...others] = sequences;
  await first?.evaluateWithoutGeneratingNewTokens(ids);
  if (others.length === 0) return;
  const folder = await mkdtemp(join(tmpdir(), 'winnow-peers-'));
  try {
    const path = join(folder, 'state');
    await first?.saveStateToFile(path);
    for (const sequence of others) await sequence.loadStateFromFile(path, { acceptRisk: true });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function nextToken(
  sequence: LlamaSequence,
  token: number,
  options: LlamaSampling,
): Promise<number> {
  const [result] = await sequence.controlledEvaluate([
    [token, { generateNext: { token: true, options } }],
  ]);
  const next = result?.next.token;
  if (next === undefined || next === null) throw new Error('llama.cpp gave no token');
  return next;
}

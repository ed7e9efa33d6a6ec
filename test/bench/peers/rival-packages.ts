/**
 * What is used of packages that are installed on demand. Their own types cannot be read where they are not there, and
 * they are imported by names that no compiler follows.
 */
import { readFileSync } from 'node:fs';

/** Of `node-llama-cpp`. */
export interface NodeLlamaCpp {
  getLlama: (options: {
    gpu: false;
    build: 'never';
    skipDownload: boolean;
    progressLogs: boolean;
    maxThreads: number;
    logLevel: string;
  }) => Promise<Llama>;
}
export interface Llama {
  loadModel(options: { modelPath: string }): Promise<LlamaModel>;
}
export interface LlamaModel {
  createContext(options: {
    sequences: number;
    /** Of each sequence. */
    contextSize: number;
    batchSize: number;
    flashAttention: boolean;
    threads: { ideal: number; min: number };
  }): Promise<LlamaContext>;
}
export interface LlamaContext {
  getSequence(): LlamaSequence;
  dispose(): Promise<void>;
}
export interface LlamaSequence {
  evaluateWithoutGeneratingNewTokens(tokens: number[]): Promise<void>;
  controlledEvaluate(
    tokens: [token: number, options: { generateNext: { token: true; options: LlamaSampling } }][],
  ): Promise<({ next: { token?: number | null } } | undefined)[]>;
  saveStateToFile(path: string): Promise<unknown>;
  loadStateFromFile(path: string, risk: { acceptRisk: true }): Promise<void>;
}
export interface LlamaSampling {
  temperature: number;
  topK: number;
  topP: number;
  minP: number;
  seed: number;
}

/** Of `@huggingface/transformers`. */
export interface TransformersJs {
  env: { allowRemoteModels: boolean; localModelPath: string };
  Tensor: new (type: 'int64', data: BigInt64Array, dims: number[]) => unknown;
  BaseStreamer: new () => object;
  AutoModelForCausalLM: {
    from_pretrained(name: string, options: Record<string, unknown>): Promise<CausalModel>;
  };
}
export interface CausalModel {
  generate(options: Record<string, unknown>): Promise<{ tolist(): bigint[][] }>;
}

/** Imports a package of peers/package.json. */
export async function importRival(name: string): Promise<unknown> {
  return (await import(name)) as unknown;
}

/** The version that is installed. */
export function rivalVersion(name: string): string {
  const path = new URL(`./node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

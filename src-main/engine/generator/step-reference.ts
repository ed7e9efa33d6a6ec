/**
 * Writing answers step by step: one run of a plain graph for each token, the whole cache through JavaScript, the
 * sampling in JavaScript. Slow and simple: what the decode graph is checked against and measured by.
 */
import type { SamplingSettings } from '../../contract/engine.ts';
import { uniformNumber } from '../../domain/random.ts';
import type { DecoderShape } from '../graph/model-weights.ts';
import { stepOutputs } from '../graph/step-graph.ts';
import { loadOnnxRuntime, type InferenceSession } from '../onnxruntime.ts';
import { drawToken, logProbability } from './naive-sampler.ts';
import { emptyStepCache, stepFeeds, type StepCache } from './step-feeds.ts';

export interface StepAnswers {
  tokens: number[][];
  logProbabilities: number[][];
  /** Time of everything after the prompt. */
  milliseconds: number;
  /** Keys and values of all rows at the end. */
  cacheBytes: number;
}

export interface StepRequest {
  promptIds: readonly number[];
  candidates: readonly number[];
  seed: number;
  sampling: SamplingSettings;
  maxTokens: number;
  endTokens: ReadonlySet<number>;
  logProbabilities?: boolean;
}

export class StepReference {
  readonly #session: InferenceSession;
  readonly #facts: DecoderShape;

  private constructor(session: InferenceSession, facts: DecoderShape) {
    this.#session = session;
    this.#facts = facts;
  }

  /** @param path the prepared model's step graph */
  static async load(
    path: string,
    facts: DecoderShape,
    options: InferenceSession.SessionOptions,
  ): Promise<StepReference> {
    const { InferenceSession } = await loadOnnxRuntime();
    return new StepReference(await InferenceSession.create(path, options), facts);
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  /** Writes the candidates' answers. Rows that ended go on and are ignored, until all have ended. */
  async write(request: StepRequest): Promise<StepAnswers> {
    const { promptIds, candidates, seed, sampling, maxTokens, endTokens } = request;
    const prompt = await this.#step([promptIds], emptyStepCache(this.#facts));
    let cache = repeatRow(prompt.cache, candidates.length);
    let logits = candidates.map(() => prompt.logits[0] ?? new Float32Array(0));
    const tokens: number[][] = candidates.map(() => []);
    const logProbabilities: number[][] = candidates.map(() => []);
    const ended = candidates.map(() => false);
    const began = performance.now();
    for (let position = 0; position < maxTokens && ended.includes(false); position++) {
      const next = candidates.map((candidate, row) => {
        const written = tokens[row] ?? [];
        const seen = [...promptIds, ...written];
        const uniform = uniformNumber(seed, candidate, position);
        const rowLogits = logits[row] ?? new Float32Array(0);
        const token = drawToken(rowLogits, sampling, seen, uniform);
        if (ended[row] !== true) {
          written.push(token);
          if (request.logProbabilities === true) {
            logProbabilities[row]?.push(logProbability(rowLogits, token));
          }
        }
        ended[row] ||= endTokens.has(token);
        return token;
      });
      if (position === maxTokens - 1) break;
      const step = await this.#step(
        next.map((token) => [token]),
        cache,
      );
      ({ cache, logits } = step);
    }
    const milliseconds = performance.now() - began;
    return { tokens, logProbabilities, milliseconds, cacheBytes: bytesOf(cache) };
  }

  /** The logits after a text, fp32 `[vocabulary]`. */
  async logitsAfter(ids: readonly number[]): Promise<Float32Array> {
    const { logits } = await this.#step([ids], emptyStepCache(this.#facts));
    return logits[0] ?? new Float32Array(0);
  }

  /** Reads the same number of tokens for every row. */
  async #step(tokens: readonly (readonly number[])[], past: StepCache) {
    const { Tensor } = await loadOnnxRuntime();
    const rows = tokens.length;
    const count = tokens[0]?.length ?? 0;
    const feeds = stepFeeds(Tensor, this.#facts, tokens, past);
    const results = await this.#session.run(feeds);
    const data = (name: string) => results[name]?.data as Float32Array;
    const logits = data(stepOutputs.logits);
    const each = Array.from({ length: this.#facts.layers }, (_, layer) => layer);
    const cache: StepCache = {
      rows,
      tokens: past.tokens + count,
      keys: each.map((layer) => data(stepOutputs.keys(layer))),
      values: each.map((layer) => data(stepOutputs.values(layer))),
    };
    const vocabulary = logits.length / rows;
    return {
      cache,
      logits: tokens.map((_, row) => logits.subarray(row * vocabulary, (row + 1) * vocabulary)),
    };
  }
}

/** The prompt's cache, once for each candidate. */
function repeatRow({ tokens, keys, values }: StepCache, rows: number): StepCache {
  const repeat = (one: Float32Array) => {
    const all = new Float32Array(rows * one.length);
    for (let row = 0; row < rows; row++) all.set(one, row * one.length);
    return all;
  };
  return { rows, tokens, keys: keys.map(repeat), values: values.map(repeat) };
}

function bytesOf({ keys, values }: StepCache): number {
  return [...keys, ...values].reduce((sum, part) => sum + part.byteLength, 0);
}

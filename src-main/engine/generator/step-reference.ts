/**
 * Writing answers step by step: one run of a plain graph for each token, the whole cache through JavaScript, the
 * sampling in JavaScript. Slow and simple: what the decode graph is checked against and measured by.
 */
import type { SamplingSettings } from '../../contract/engine.ts';
import { uniformNumber } from '../../domain/random.ts';
import type { DecoderShape } from '../graph/model-weights.ts';
import { stepInputs, stepOutputs } from '../graph/step-graph.ts';
import { loadOnnxRuntime, type InferenceSession } from '../onnxruntime.ts';
import { drawToken, logProbability } from './naive-sampler.ts';
import { rotationTables } from './rotation.ts';

/** For each layer keys and values, `[rows, kvHeads, tokens, headSize]`. */
interface Cache {
  rows: number;
  tokens: number;
  keys: Float32Array[];
  values: Float32Array[];
}

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
    const prompt = await this.#step([promptIds], this.#emptyCache());
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
    const { logits } = await this.#step([ids], this.#emptyCache());
    return logits[0] ?? new Float32Array(0);
  }

  /** Reads the same number of tokens for every row. */
  async #step(tokens: readonly (readonly number[])[], past: Cache) {
    const { Tensor } = await loadOnnxRuntime();
    const { layers, keyValueHeads, headSize, ropeDimension, slidingWindow } = this.#facts;
    const rows = tokens.length;
    const count = tokens[0]?.length ?? 0;
    const { ropes } = rotationTables(this.#facts, past.tokens, count);
    const lines = tokens.flatMap((row) => row.map((_, line) => BigInt(line)));
    const tables = [count, ropeDimension / 2];
    const cacheShape = [rows, keyValueHeads, past.tokens, headSize];
    const mask = (window: number) => {
      const dims = [count, past.tokens + count];
      return new Tensor('float32', causalMask(count, past.tokens, window), dims);
    };
    const feeds: Record<string, InstanceType<typeof Tensor>> = {
      [stepInputs.tokens]: new Tensor('int64', tokens.flat().map(BigInt), [rows, count]),
      [stepInputs.lines]: new Tensor('int64', lines, [rows, count]),
      [stepInputs.mask]: mask(Infinity),
    };
    for (const [rope, { cosines, sines }] of ropes.entries()) {
      feeds[stepInputs.cosines(rope)] = new Tensor('float32', cosines, tables);
      feeds[stepInputs.sines(rope)] = new Tensor('float32', sines, tables);
    }
    if (slidingWindow !== null) feeds[stepInputs.windowMask] = mask(slidingWindow);
    for (let layer = 0; layer < layers; layer++) {
      const [keys, values] = [past.keys[layer], past.values[layer]];
      if (keys === undefined || values === undefined) throw new RangeError(`no layer ${layer}`);
      feeds[stepInputs.pastKeys(layer)] = new Tensor('float32', keys, cacheShape);
      feeds[stepInputs.pastValues(layer)] = new Tensor('float32', values, cacheShape);
    }
    const results = await this.#session.run(feeds);
    const data = (name: string) => results[name]?.data as Float32Array;
    const logits = data(stepOutputs.logits);
    const each = Array.from({ length: layers }, (_, layer) => layer);
    const cache: Cache = {
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

  #emptyCache(): Cache {
    const none = Array.from({ length: this.#facts.layers }, () => new Float32Array(0));
    return { rows: 1, tokens: 0, keys: none, values: none };
  }
}

/** The prompt's cache, once for each candidate. */
function repeatRow({ tokens, keys, values }: Cache, rows: number): Cache {
  const repeat = (one: Float32Array) => {
    const all = new Float32Array(rows * one.length);
    for (let row = 0; row < rows; row++) all.set(one, row * one.length);
    return all;
  };
  return { rows, tokens, keys: keys.map(repeat), values: values.map(repeat) };
}

function bytesOf({ keys, values }: Cache): number {
  return [...keys, ...values].reduce((sum, part) => sum + part.byteLength, 0);
}

/** `[count, past + count]`: a token sees itself and what came before, within the window. */
function causalMask(count: number, past: number, window: number): Float32Array {
  const mask = new Float32Array(count * (past + count));
  for (let row = 0; row < count; row++) {
    const start = row * (past + count);
    mask.fill(-Infinity, start, start + Math.max(past + row + 1 - window, 0));
    mask.fill(-Infinity, start + past + row + 1, start + past + count);
  }
  return mask;
}

/** One run of the decode graph: JavaScript's arrays in, JavaScript's arrays out. */
import type { SamplingSettings } from '../../contract/engine.ts';
import { cacheInputs } from '../graph/attention.ts';
import { graphOutputs } from '../graph/decode-graph.ts';
import { graphInputs } from '../graph/decode-inputs.ts';
import { blockTokens, type DecoderShape } from '../graph/model-weights.ts';
import type { InferenceSession, Tensor } from '../onnxruntime.ts';
import { isOutOfMemory, loadOnnxRuntime, outOfMemory } from '../onnxruntime.ts';
import type { StepsRequest, StepsWritten } from './decoder.ts';
import type { AnswerCache, Layer } from './lane-cache.ts';
import type { PromptCache } from './prompt-cache.ts';
import type { RotationTables } from './rotation.ts';
import { samplingFeeds } from './sampling-feeds.ts';

type OnnxRuntime = Awaited<ReturnType<typeof loadOnnxRuntime>>;
type Feeds = Record<string, Tensor>;

/** Steps, and the cache that they read. */
export interface SessionSteps extends StepsRequest {
  prompt: PromptCache;
  cache: AnswerCache;
  /** Lines for the positions from the first step's on. */
  rotation: RotationTables;
}

export interface SessionResult extends Omit<StepsWritten, 'peakCacheBytes'> {
  /** `[steps, rows, kvHeads, headSize]` */
  written: (layer: number) => Layer<Float32Array>;
}

/** A loaded decode graph. */
export class DecodeSession {
  readonly #runtime: OnnxRuntime;
  readonly #session: InferenceSession;
  readonly #shape: DecoderShape;

  private constructor(runtime: OnnxRuntime, session: InferenceSession, shape: DecoderShape) {
    this.#runtime = runtime;
    this.#session = session;
    this.#shape = shape;
  }

  /** Loads a prepared graph from its file. */
  static async load(
    path: string,
    shape: DecoderShape,
    options: InferenceSession.SessionOptions,
  ): Promise<DecodeSession> {
    const runtime = await loadOnnxRuntime();
    try {
      return new DecodeSession(
        runtime,
        await runtime.InferenceSession.create(path, options),
        shape,
      );
    } catch (error) {
      throw isOutOfMemory(error) ? outOfMemory(error) : error;
    }
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  /** Writes the profile that the session's options asked for. */
  endProfiling(): void {
    this.#session.endProfiling();
  }

  /** Writes tokens for all rows. */
  async steps(request: SessionSteps): Promise<SessionResult> {
    const { cache, prompt, steps } = request;
    const rows = cache.rows;
    const { keyValueHeads, headSize } = this.#shape;
    const results = await this.#run({
      ...this.#rows(rows, prompt.tokens),
      ...this.#rotation(request.rotation, new Array<number>(rows).fill(0)),
      ...samplingFeeds(this.#runtime.Tensor, this.#shape.vocabularySize, request),
      ...this.#promptFeeds(prompt),
      ...this.#cacheFeeds(cache),
      [graphInputs.steps]: this.#integers([steps], []),
      [graphInputs.tokens]: this.#integers(request.tokens),
      [graphInputs.headRows]: this.#integers([rows]),
      [graphInputs.ended]: this.#flags(request.ended),
      [graphInputs.uniforms]: this.#floats(request.uniforms, [steps, rows]),
      [graphInputs.endTokens]: this.#integers(
        request.endTokens.length > 0 ? request.endTokens : [-1],
      ),
      [graphInputs.mask]: this.#floats([0], [1, 1, 1]),
      [graphInputs.newTokenShape]: this.#integers([1, rows, keyValueHeads, headSize]),
      [graphInputs.parts]: this.#integers([
        prompt.tokens,
        cache.blocks * blockTokens,
        cache.runningTokens + 1,
      ]),
    });
    const tokens = results[graphOutputs.tokens];
    return {
      steps: tokens?.dims[0] ?? 0,
      tokens: tokens?.data as BigInt64Array,
      logProbabilities: results[graphOutputs.logProbabilities]?.data as Float32Array,
      written: (layer) => writtenBy(results, layer),
    };
  }

  /** Reads a chunk of the prompt behind what `prompt` holds already, and adds its keys and values to it. */
  async readChunk(
    tokens: readonly number[],
    prompt: PromptCache,
    rotation: RotationTables,
  ): Promise<void> {
    const rows = tokens.length;
    const { keyValueHeads, headSize } = this.#shape;
    const results = await this.#run({
      ...this.#rows(rows, prompt.tokens),
      ...this.#rotation(
        rotation,
        tokens.map((_, line) => line),
      ),
      ...samplingFeeds(this.#runtime.Tensor, this.#shape.vocabularySize, {
        sampling: greedy,
        logProbabilities: false,
        seen: [[]],
      }),
      ...this.#promptFeeds(prompt),
      ...this.#noCacheFeeds(rows),
      [graphInputs.steps]: this.#integers([1], []),
      [graphInputs.tokens]: this.#integers(tokens),
      [graphInputs.headRows]: this.#integers([1]),
      [graphInputs.ended]: this.#flags([false]),
      [graphInputs.uniforms]: this.#floats([0], [1, 1]),
      [graphInputs.endTokens]: this.#integers([-1]),
      [graphInputs.mask]: this.#floats(causalMask(rows), [rows, 1, rows]),
      [graphInputs.newTokenShape]: this.#integers([rows, 1, keyValueHeads, headSize]),
      [graphInputs.parts]: this.#integers([prompt.tokens, 0, rows]),
    });
    prompt.append(rows, (layer) => writtenBy(results, layer));
  }

  async #run(feeds: Feeds): Promise<InferenceSession.ReturnType> {
    try {
      return await this.#session.run(feeds);
    } catch (error) {
      throw isOutOfMemory(error) ? outOfMemory(error) : error;
    }
  }

  /** Shapes that depend on the numbers of rows and of prompt tokens. */
  #rows(rows: number, promptTokens: number): Feeds {
    const { keyValueHeads, heads } = this.#shape;
    const groups = heads / keyValueHeads;
    return {
      [graphInputs.promptScoresShape]: this.#integers([keyValueHeads, rows, groups, promptTokens]),
      [graphInputs.promptTogetherShape]: this.#integers([
        keyValueHeads,
        rows * groups,
        promptTokens,
      ]),
    };
  }

  #rotation({ first, ropes }: RotationTables, lines: number[]): Feeds {
    const half = this.#shape.ropeDimension / 2;
    const feeds: Feeds = { [graphInputs.rotationLines]: this.#integers(lines, [lines.length, 1]) };
    for (const [rope, { cosines, sines }] of ropes.entries()) {
      const dims = [cosines.length / half, half];
      feeds[graphInputs.cosines(rope)] = this.#floats(cosines, dims);
      feeds[graphInputs.sines(rope)] = this.#floats(sines, dims);
    }
    if (this.#shape.slidingWindow !== null) {
      feeds[graphInputs.firstPosition] = this.#integers([first]);
    }
    return feeds;
  }

  #promptFeeds(prompt: PromptCache): Feeds {
    const { keyValueHeads, headSize, layers } = this.#shape;
    const feeds: Feeds = {};
    for (let layer = 0; layer < layers; layer++) {
      const names = cacheInputs(layer);
      const { keys, values } = prompt.layer(layer);
      feeds[names.promptKeys] = this.#floats(keys, [keyValueHeads, headSize, prompt.tokens]);
      feeds[names.promptValues] = this.#floats(values, [keyValueHeads, prompt.tokens, headSize]);
    }
    return feeds;
  }

  #cacheFeeds(cache: AnswerCache): Feeds {
    const { keyValueHeads, headSize, layers } = this.#shape;
    const block = [cache.blocks, keyValueHeads, cache.rows];
    const running = [cache.runningTokens, cache.rows, keyValueHeads, headSize];
    const feeds: Feeds = {
      [graphInputs.blockCountShape]: this.#integers([cache.blocks, 1, 1, 1, 1]),
    };
    for (let layer = 0; layer < layers; layer++) {
      const names = cacheInputs(layer);
      const { keys, values } = cache.layer(layer);
      feeds[names.blockKeys] = this.#floats(keys.blocks, [...block, headSize, blockTokens]);
      feeds[names.blockValues] = this.#floats(values.blocks, [...block, blockTokens, headSize]);
      feeds[names.runningKeys] = this.#floats(keys.running, running);
      feeds[names.runningValues] = this.#floats(values.running, running);
    }
    return feeds;
  }

  /** A chunk of the prompt has no answer behind it. */
  #noCacheFeeds(rows: number): Feeds {
    const { keyValueHeads, headSize, layers } = this.#shape;
    const nothing = new Float32Array(0);
    const blockKeys = this.#floats(nothing, [0, keyValueHeads, rows, headSize, blockTokens]);
    const blockValues = this.#floats(nothing, [0, keyValueHeads, rows, blockTokens, headSize]);
    const running = this.#floats(nothing, [0, 1, keyValueHeads, headSize]);
    const feeds: Feeds = {
      [graphInputs.blockCountShape]: this.#integers([0, 1, 1, 1, 1]),
    };
    for (let layer = 0; layer < layers; layer++) {
      const names = cacheInputs(layer);
      feeds[names.blockKeys] = blockKeys;
      feeds[names.blockValues] = blockValues;
      feeds[names.runningKeys] = running;
      feeds[names.runningValues] = running;
    }
    return feeds;
  }

  #floats(data: Float32Array | number[], dims: readonly number[]): Tensor {
    return new this.#runtime.Tensor('float32', data, dims);
  }

  #flags(values: readonly boolean[]): Tensor {
    return new this.#runtime.Tensor('bool', [...values], [values.length]);
  }

  #integers(values: readonly number[], dims: readonly number[] = [values.length]): Tensor {
    return new this.#runtime.Tensor('int64', BigInt64Array.from(values, BigInt), dims);
  }
}

const greedy: SamplingSettings = {
  temperature: 0,
  topK: 0,
  topP: 1,
  minP: 0,
  repetitionPenalty: 1,
};

function writtenBy(results: InferenceSession.ReturnType, layer: number): Layer<Float32Array> {
  const data = (name: string) => results[name]?.data as Float32Array;
  return { keys: data(graphOutputs.keys(layer)), values: data(graphOutputs.values(layer)) };
}

/** Added to the scores of a chunk's tokens among each other: each sees itself and the earlier ones. */
function causalMask(tokens: number): Float32Array {
  const mask = new Float32Array(tokens * tokens);
  for (let row = 0; row < tokens; row++) {
    mask.fill(-Infinity, row * tokens + row + 1, (row + 1) * tokens);
  }
  return mask;
}

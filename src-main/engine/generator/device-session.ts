/** One run of the graph for graphics cards. */
import type { DecoderShape } from '../graph/model-weights.ts';
import { graphInputs } from '../graph/decode-inputs.ts';
import { cacheParts, deviceInputs, deviceOutputs, partInputs } from '../graph/device-inputs.ts';
import type { CachePart } from '../graph/device-inputs.ts';
import { loadOnnxRuntime, type InferenceSession, type Tensor } from '../onnxruntime.ts';
import type { StepsRequest } from './decoder.ts';
import { paddedLength, stepMask, type CacheLengths } from './device-masks.ts';
import type { LayerTensors } from './device-cache.ts';
import { rotationTables } from './rotation.ts';
import { samplingFeeds } from './sampling-feeds.ts';

export type DeviceCache = Record<CachePart, LayerTensors[] | null>;

/** What a run reads. */
export interface DeviceRun extends Pick<
  StepsRequest,
  'sampling' | 'logProbabilities' | 'seen' | 'uniforms'
> {
  rows: number;
  /** `[rows, queries]` */
  tokens: readonly number[];
  /** New tokens of each row in the first step. */
  queries: number;
  /** How many of the run's steps are wanted. */
  steps: number;
  lengths: CacheLengths;
  cache: DeviceCache;
}

export interface DeviceRunResult {
  /** `[stepsPerRun, rows]` */
  tokens: BigInt64Array;
  logProbabilities: Float32Array;
  /** The running part with the wanted steps' tokens. */
  running: LayerTensors[];
}

type OnnxRuntime = Awaited<ReturnType<typeof loadOnnxRuntime>>;

/** A loaded graph for graphics cards. */
export class DeviceSession {
  readonly #runtime: OnnxRuntime;
  readonly #session: InferenceSession;
  readonly #shape: DecoderShape;
  readonly #stepsPerRun: number;

  private constructor(
    runtime: OnnxRuntime,
    session: InferenceSession,
    { shape, stepsPerRun }: { shape: DecoderShape; stepsPerRun: number },
  ) {
    this.#runtime = runtime;
    this.#session = session;
    this.#shape = shape;
    this.#stepsPerRun = stepsPerRun;
  }

  /**
   * Loads a prepared graph from its file.
   * @param options.cacheOnDevice leave the keys and values that come out where they are
   */
  static async load(
    path: string,
    options: { shape: DecoderShape; stepsPerRun: number; cacheOnDevice: boolean },
    sessionOptions: InferenceSession.SessionOptions,
  ): Promise<DeviceSession> {
    const runtime = await loadOnnxRuntime();
    const session = await runtime.InferenceSession.create(path, {
      ...sessionOptions,
      ...(options.cacheOnDevice ? { preferredOutputLocation: locations(options.shape) } : {}),
    });
    return new DeviceSession(runtime, session, options);
  }

  close(): Promise<void> {
    return this.#session.release();
  }

  /** Writes the profile that the session's options asked for. */
  endProfiling(): void {
    this.#session.endProfiling();
  }

  async run(run: DeviceRun): Promise<DeviceRunResult> {
    const results = await this.#session.run({
      ...this.#positionFeeds(run),
      ...this.#shapeFeeds(run),
      ...this.#cacheFeeds(run),
      ...samplingFeeds(this.#runtime.Tensor, this.#shape.vocabularySize, run),
      ...(run.sampling.repetitionPenalty === 1 ? this.#nothingSeen(run) : {}),
      [deviceInputs.tokens]: this.#integers(run.tokens, [run.rows, run.queries]),
      [graphInputs.uniforms]: this.#uniforms(run),
    });
    return {
      tokens: results[deviceOutputs.tokens]?.data as BigInt64Array,
      logProbabilities: results[deviceOutputs.logProbabilities]?.data as Float32Array,
      running: Array.from({ length: this.#shape.layers }, (_, layer) => {
        const { keys, values } = deviceOutputs.running(layer);
        return { keys: results[keys] as Tensor, values: results[values] as Tensor };
      }),
    };
  }

  /** Rotations and masks: what each step's tokens are and see. */
  #positionFeeds({ rows, queries, lengths }: DeviceRun): Record<string, Tensor> {
    const { ropeDimension, slidingWindow, heads, keyValueHeads } = this.#shape;
    const groups = heads / keyValueHeads;
    const first = lengths.prompt + lengths.finished + lengths.running;
    const lines = queries + this.#stepsPerRun - 1;
    const feeds: Record<string, Tensor> = {};
    for (const [rope, tables] of rotationTables(this.#shape, first, lines).ropes.entries()) {
      const dims = [lines, ropeDimension / 2];
      feeds[graphInputs.cosines(rope)] = this.#floats(tables.cosines, dims);
      feeds[graphInputs.sines(rope)] = this.#floats(tables.sines, dims);
    }
    for (let step = 0; step < this.#stepsPerRun; step++) {
      const own = step === 0 ? queries : 1;
      const added = step === 0 ? 0 : queries + step - 1;
      const ofRow = Array.from({ length: own }, (_, query) => added + query);
      const ofAll = new Array<number[]>(rows).fill(ofRow).flat();
      const mask = (options: { groups: number; window?: number }): Tensor => {
        const numbers = stepMask(lengths, { added, queries: own }, options);
        return this.#floats(numbers, [groups * own, numbers.length / (groups * own)]);
      };
      feeds[deviceInputs.lines(step)] = this.#integers(ofAll, [rows, own]);
      feeds[deviceInputs.mask(step)] = mask({ groups });
      if (slidingWindow !== null) {
        feeds[deviceInputs.windowMask(step)] = mask({ groups, window: slidingWindow });
      }
      feeds[deviceInputs.parts(step)] = this.#integers([
        paddedLength(lengths.prompt),
        paddedLength(lengths.finished),
        paddedLength(lengths.running) + added + own,
      ]);
    }
    return feeds;
  }

  #shapeFeeds({ rows, queries, steps, lengths }: DeviceRun): Record<string, Tensor> {
    const { heads, keyValueHeads, headSize } = this.#shape;
    const lines = (heads / keyValueHeads) * queries;
    const from = lengths.running === 0 ? 1 : 0;
    const prompt = paddedLength(lengths.prompt);
    return {
      [deviceInputs.promptScoresShape]: this.#integers([keyValueHeads, rows, lines, prompt]),
      [deviceInputs.promptSumsShape]: this.#integers([keyValueHeads, rows, lines, headSize]),
      [deviceInputs.keepFrom]: this.#integers([from]),
      [deviceInputs.keepTo]: this.#integers([from + lengths.running + queries + steps - 1]),
    };
  }

  #cacheFeeds({ cache, rows }: DeviceRun): Record<string, Tensor> {
    const { layers, keyValueHeads, headSize } = this.#shape;
    const feeds: Record<string, Tensor> = {};
    for (const part of cacheParts) {
      const partRows = part === 'running' ? rows : 1;
      const nothing = new Float32Array(partRows * keyValueHeads * headSize);
      const empty: LayerTensors = {
        keys: this.#floats(nothing, [partRows, keyValueHeads, headSize, 1]),
        values: this.#floats(nothing, [partRows, keyValueHeads, 1, headSize]),
      };
      for (let layer = 0; layer < layers; layer++) {
        const names = partInputs(part, layer);
        const { keys, values } = cache[part]?.[layer] ?? empty;
        feeds[names.keys] = keys;
        feeds[names.values] = values;
      }
    }
    return feeds;
  }

  /** Where nothing is penalised no token is looked at; but nothing may be empty. */
  #nothingSeen({ rows }: DeviceRun): Record<string, Tensor> {
    const seen = new Array<number>(rows).fill(0);
    return { [graphInputs.seen]: this.#integers(seen, [rows, 1]) };
  }

  /** Random numbers for the steps that are not wanted are of no interest. */
  #uniforms({ rows, uniforms }: DeviceRun): Tensor {
    const all = new Float32Array(this.#stepsPerRun * rows);
    all.set(uniforms);
    return this.#floats(all, [this.#stepsPerRun, rows]);
  }

  #floats(data: Float32Array, dims: readonly number[]): Tensor {
    return new this.#runtime.Tensor('float32', data, dims);
  }

  #integers(values: readonly number[], dims: readonly number[] = [values.length]): Tensor {
    return new this.#runtime.Tensor('int64', BigInt64Array.from(values, BigInt), dims);
  }
}

/** Where each output is left. */
function locations(shape: DecoderShape): Record<string, 'cpu' | 'gpu-buffer'> {
  const all: Record<string, 'cpu' | 'gpu-buffer'> = {
    [deviceOutputs.tokens]: 'cpu',
    [deviceOutputs.logProbabilities]: 'cpu',
  };
  for (let layer = 0; layer < shape.layers; layer++) {
    const { keys, values } = deviceOutputs.running(layer);
    all[keys] = 'gpu-buffer';
    all[values] = 'gpu-buffer';
  }
  return all;
}

/**
 * What a lane asks of whatever writes its tokens. A lane cannot tell which one it has: the graph that Winnow builds
 * (graph-decoder.ts) or one that was exported elsewhere; with the cache in JavaScript's memory or on a graphics card.
 */
import type { CacheGeometry, SamplingSettings } from '../../contract/engine.ts';

/** A model that is loaded, at the level of tokens. */
export interface Decoder {
  /** What its cache costs; the strategies' budgets are counted with it. */
  geometry: CacheGeometry;
  /**
   * Begins a lane, with nothing read yet. One lane at a time.
   * @param promptTokens how many tokens of the prompt will be read
   * @throws RangeError, WinnowError out-of-memory
   */
  begin(promptTokens: number): Promise<DecoderLane>;
  close(): Promise<void>;
}

/** The keys and values of one lane. */
export interface DecoderLane {
  /** Bytes of keys and values held now, the prompt's included. */
  readonly cacheBytes: number;
  /** How many more steps one run can do from here; at least 1. */
  readonly runRoom: number;
  /**
   * Reads the next part of the prompt, at most `geometry.chunkTokens` long.
   * @returns the most cache bytes held meanwhile
   */
  readChunk(tokens: readonly number[]): Promise<number>;
  /**
   * Begins rows behind the prompt; those of before are dropped.
   * @param mostTokens no row will have more answer tokens than this
   */
  start(rows: number, mostTokens: number): Promise<void>;
  /**
   * Writes tokens for all rows, and keeps their keys and values.
   * @throws WinnowError out-of-memory, cancelled; the cache is then as it was before
   */
  advance(request: StepsRequest): Promise<StepsWritten>;
  /**
   * Drops all rows but these.
   * @param rows rising row numbers
   */
  keep(rows: readonly number[]): Promise<void>;
  /** Frees everything. */
  end(): Promise<void>;
}

/** Steps for all rows of a lane. */
export interface StepsRequest {
  /** At most `runRoom`. */
  steps: number;
  /** The token that each row reads first. */
  tokens: readonly number[];
  /** Rows whose answers have ended already; what they write is of no interest. */
  ended: readonly boolean[];
  /** `[steps, rows]` */
  uniforms: Float32Array;
  /** For each row its prompt and answer so far; read only where a repetition penalty is set. */
  seen: readonly (readonly number[])[];
  endTokens: readonly number[];
  sampling: SamplingSettings;
  logProbabilities: boolean;
  /** Asked on the way where one request takes several runs of the graph. */
  shouldStop?: () => boolean;
}

export interface StepsWritten {
  /** Steps really done: fewer where every row ended. */
  steps: number;
  /** `[steps, rows]` */
  tokens: BigInt64Array;
  /** `[steps, rows]`, of use only where they were asked for. */
  logProbabilities: Float32Array;
  /** The most cache bytes held meanwhile. */
  peakCacheBytes: number;
}

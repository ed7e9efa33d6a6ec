/**
 * The decoder over an exported graph. Such a graph knows nothing of a prompt that rows share: every row has its own copy
 * of all keys and values, and each run takes the whole cache and gives a new one.
 */
import type { CacheGeometry, SamplingSettings } from '../../contract/engine.ts';
import { cancelled } from '../../contract/errors.ts';
import type { Decoder, DecoderLane, StepsRequest, StepsWritten } from '../generator/decoder.ts';
import { otherMessages } from '../other-messages.ts';
import { bytesOf, emptyCache, free, rowsOf, type CacheTensors } from './cache-tensors.ts';
import type { ExportShape } from './decoder-shape.ts';
import type { ExportResult, ExportSession } from './export-session.ts';

export class ExportDecoder implements Decoder {
  readonly geometry: CacheGeometry;
  readonly #session: ExportSession;
  readonly #shape: ExportShape;

  /** @param session is closed with this decoder */
  constructor(session: ExportSession, shape: ExportShape, geometry: CacheGeometry) {
    this.#session = session;
    this.#shape = shape;
    this.geometry = geometry;
  }

  async begin(): Promise<DecoderLane> {
    const prompt = await emptyCache(this.#shape);
    return new ExportLane(this.#session, this.geometry, prompt);
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}

/** Rows that are computed together. */
interface Group {
  /** The lane's rows, in order. A lone one in the cache may have a companion behind it. */
  rows: number[];
  cache: CacheTensors;
}

class ExportLane implements DecoderLane {
  readonly #session: ExportSession;
  readonly #geometry: CacheGeometry;
  #prompt: CacheTensors;
  #promptTokens = 0;
  #groups: Group[] = [];
  #rows = 0;
  #answerTokens = 0;

  constructor(session: ExportSession, geometry: CacheGeometry, prompt: CacheTensors) {
    this.#session = session;
    this.#geometry = geometry;
    this.#prompt = prompt;
  }

  get cacheBytes(): number {
    return this.#groups.reduce((sum, { cache }) => sum + bytesOf(cache), bytesOf(this.#prompt));
  }

  get runRoom(): number {
    return this.#session.mostSteps;
  }

  async readChunk(tokens: readonly number[]): Promise<number> {
    const { cache } = await this.#session.run({
      ...noSampling,
      read: [tokens],
      length: this.#promptTokens,
      cache: this.#prompt,
    });
    const peak = this.cacheBytes + 2 * bytesOf(cache);
    free(this.#prompt);
    this.#prompt = cache;
    this.#promptTokens += tokens.length;
    return peak;
  }

  async start(rows: number): Promise<void> {
    this.#drop();
    const all = Array.from({ length: rows }, (_, row) => row);
    const groups = this.#geometry.layout === 'apart' ? all.map((row) => [row]) : [all];
    for (const group of groups) {
      const places = this.#withCompanion(group).map(() => 0);
      this.#groups.push({ rows: group, cache: await rowsOf(this.#prompt, places) });
    }
    this.#rows = rows;
    this.#answerTokens = 0;
  }

  async advance(request: StepsRequest): Promise<StepsWritten> {
    const results = new Map<Group, ExportResult>();
    let written = 0;
    let peak = this.cacheBytes;
    try {
      for (const group of this.#groups) {
        // A row that ended is of no interest, and its cache is never read again.
        if (group.rows.every((row) => request.ended[row] === true)) continue;
        if (results.size > 0) {
          await otherMessages();
          if (request.shouldStop?.() === true) throw cancelled();
        }
        const result = await this.#runGroup(group, request);
        results.set(group, result);
        // A run's new cache, and the copy of it that onnxruntime makes.
        peak = Math.max(peak, this.cacheBytes + written + 2 * bytesOf(result.cache));
        written += bytesOf(result.cache);
      }
    } catch (error) {
      for (const { cache } of results.values()) free(cache);
      throw error;
    }
    for (const [group, { cache }] of results) {
      free(group.cache);
      group.cache = cache;
    }
    const all = this.#joined(results);
    this.#answerTokens += all.steps;
    return { ...all, peakCacheBytes: peak };
  }

  async keep(rows: readonly number[]): Promise<void> {
    const kept: Group[] = [];
    for (const group of this.#groups) {
      const wanted = group.rows.filter((row) => rows.includes(row));
      const places = this.#withCompanion(wanted.map((row) => group.rows.indexOf(row)));
      if (wanted.length < group.rows.length) {
        const before = group.cache;
        group.cache = await rowsOf(before, places);
        free(before);
      }
      if (wanted.length > 0) kept.push({ ...group, rows: wanted.map((row) => rows.indexOf(row)) });
    }
    this.#groups = kept;
    this.#rows = rows.length;
  }

  end(): Promise<void> {
    this.#drop();
    free(this.#prompt);
    this.#prompt = [];
    return Promise.resolve();
  }

  #drop(): void {
    for (const { cache } of this.#groups) free(cache);
    this.#groups = [];
    this.#rows = 0;
  }

  /** onnxruntime multiplies a single row in another way than several, so where rows run together none is alone. */
  #withCompanion(rows: readonly number[]): readonly number[] {
    const [only] = rows;
    const alone = this.#geometry.layout === 'together' && rows.length === 1;
    return alone && only !== undefined ? [only, only] : rows;
  }

  #runGroup({ rows, cache }: Group, request: StepsRequest): Promise<ExportResult> {
    const { steps, tokens, ended, uniforms, seen } = request;
    const places = this.#withCompanion(rows);
    const own = new Float32Array(steps * places.length);
    for (let step = 0; step < steps; step++) {
      for (const [place, row] of places.entries()) {
        own[step * places.length + place] = uniforms[step * this.#rows + row] ?? 0;
      }
    }
    return this.#session.run({
      ...request,
      read: places.map((row) => [tokens[row] ?? 0]),
      length: this.#promptTokens + this.#answerTokens,
      cache,
      uniforms: own,
      ended: places.map((row) => ended[row] ?? false),
      seen: places.map((row) => seen[row] ?? []),
    });
  }

  /** What all groups wrote, row by row in the lane's order; those that ended earlier wrote fewer steps. */
  #joined(results: ReadonlyMap<Group, ExportResult>): Omit<StepsWritten, 'peakCacheBytes'> {
    const steps = Math.max(0, ...[...results.values()].map((result) => result.steps));
    const tokens = new BigInt64Array(steps * this.#rows);
    const logProbabilities = new Float32Array(steps * this.#rows);
    for (const [{ rows }, result] of results) {
      const width = result.tokens.length / Math.max(result.steps, 1);
      for (let step = 0; step < result.steps; step++) {
        for (const [place, row] of rows.entries()) {
          const [to, from] = [step * this.#rows + row, step * width + place];
          tokens[to] = result.tokens[from] ?? 0n;
          logProbabilities[to] = result.logProbabilities[from] ?? 0;
        }
      }
    }
    return { steps, tokens, logProbabilities };
  }
}

const greedy: SamplingSettings = {
  temperature: 0,
  topK: 0,
  topP: 1,
  minP: 0,
  repetitionPenalty: 1,
};

/** For a part of the prompt: what it would write is of no interest. */
const noSampling = {
  steps: 1,
  uniforms: new Float32Array(1),
  ended: [false],
  seen: [[]],
  endTokens: [],
  sampling: greedy,
  logProbabilities: false,
};

/**
 * The decoder over the graph for graphics cards. What a lane's tokens left behind stays where the graph puts it: on the
 * card, where the provider can keep outputs there, else in JavaScript's memory. docs/devices.md tells how it is laid out.
 */
import type { CacheGeometry, DeviceName } from '../../contract/engine.ts';
import { deviceFailed } from '../devices/device-faults.ts';
import { blockTokens, type DecoderShape } from '../graph/model-weights.ts';
import type { Decoder, DecoderLane, StepsRequest, StepsWritten } from './decoder.ts';
import { disposeLayers, type CacheTools, type LayerTensors } from './device-cache.ts';
import type { DeviceCache, DeviceSession } from './device-session.ts';

export interface DeviceDecoderParts {
  session: DeviceSession;
  tools: CacheTools;
  shape: DecoderShape;
  device: DeviceName;
  geometry: CacheGeometry;
  /** How many tokens a run of the graph writes for every row. */
  stepsPerRun: number;
}

export class DeviceDecoder implements Decoder {
  readonly geometry: CacheGeometry;
  readonly #parts: DeviceDecoderParts;

  /** @param parts session and tools are closed with this decoder */
  constructor(parts: DeviceDecoderParts) {
    this.geometry = parts.geometry;
    this.#parts = parts;
  }

  begin(): Promise<DecoderLane> {
    return Promise.resolve(new DeviceLane(this.#parts));
  }

  async close(): Promise<void> {
    await this.#parts.tools.close();
    await this.#parts.session.close();
  }
}

class DeviceLane implements DecoderLane {
  readonly #parts: DeviceDecoderParts;
  readonly #cache: DeviceCache = { prompt: null, finished: null, running: null };
  readonly #lengths = { prompt: 0, finished: 0, running: 0 };
  #rows = 0;

  constructor(parts: DeviceDecoderParts) {
    this.#parts = parts;
  }

  get cacheBytes(): number {
    const { prompt, finished, running } = this.#lengths;
    return (prompt + this.#rows * (finished + running)) * this.#parts.geometry.bytesPerToken;
  }

  get runRoom(): number {
    return Math.min(this.#parts.stepsPerRun, blockTokens - this.#lengths.running);
  }

  async readChunk(tokens: readonly number[]): Promise<number> {
    const queries = tokens.length;
    const { running } = await this.#parts.session.run({
      rows: 1,
      tokens,
      queries,
      steps: 1,
      lengths: { ...this.#lengths, finished: 0, running: 0 },
      cache: { prompt: this.#cache.prompt, finished: null, running: null },
      uniforms: new Float32Array(1),
      sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 },
      logProbabilities: false,
      seen: [[]],
    });
    const { bytesPerToken, layers } = this.#parts.geometry;
    const joined = (this.#lengths.prompt + queries) / layers;
    const peak = this.cacheBytes + Math.ceil((queries + joined) * bytesPerToken);
    await this.#append('prompt', running);
    this.#lengths.prompt += queries;
    return peak;
  }

  start(rows: number): Promise<void> {
    this.#drop('finished');
    this.#drop('running');
    this.#rows = rows;
    return Promise.resolve();
  }

  async advance(request: StepsRequest): Promise<StepsWritten> {
    const { steps } = request;
    const rows = this.#rows;
    const { tokens, logProbabilities, running } = await this.#parts.session.run({
      ...request,
      rows,
      queries: 1,
      lengths: this.#lengths,
      cache: this.#cache,
    });
    const { bytesPerToken, layers } = this.#parts.geometry;
    const length = this.#lengths.running + steps;
    const ofOneLayer = 2 * length;
    let peak = this.cacheBytes + Math.ceil(rows * bytesPerToken * (length + ofOneLayer / layers));
    this.#drop('running');
    this.#cache.running = running;
    this.#lengths.running = length;
    if (length === blockTokens) {
      const joined = (this.#lengths.finished + blockTokens) / layers;
      peak = Math.max(peak, this.cacheBytes + Math.ceil(rows * bytesPerToken * joined));
      await this.#finishBlock();
    }
    return {
      steps,
      tokens: tokens.subarray(0, steps * rows),
      logProbabilities: logProbabilities.subarray(0, steps * rows),
      peakCacheBytes: peak,
    };
  }

  async keep(rows: readonly number[]): Promise<void> {
    for (const part of ['finished', 'running'] as const) {
      const layers = this.#cache[part] ?? [];
      if (rows.length === 0) this.#drop(part);
      else await this.#replaceEach(layers, (layer) => this.#parts.tools.keepRows(layer, rows));
    }
    this.#rows = rows.length;
  }

  end(): Promise<void> {
    for (const part of ['prompt', 'finished', 'running'] as const) this.#drop(part);
    this.#rows = 0;
    return Promise.resolve();
  }

  async #finishBlock(): Promise<void> {
    const running = this.#cache.running ?? [];
    this.#cache.running = null;
    await this.#append('finished', running);
    this.#lengths.finished += blockTokens;
    this.#lengths.running = 0;
  }

  /** Puts tokens behind a part's, layer by layer, so that no more than one layer is there twice. */
  async #append(part: 'prompt' | 'finished', added: LayerTensors[]): Promise<void> {
    const layers = this.#cache[part];
    if (layers === null) {
      this.#cache[part] = added;
      return;
    }
    const next = added.values();
    await this.#replaceEach(layers, async (layer) => {
      const { value: behind } = next.next();
      if (behind === undefined) return layer;
      const joined = await this.#parts.tools.join(layer, behind);
      disposeLayers([behind]);
      return joined;
    });
  }

  #drop(part: 'prompt' | 'finished' | 'running'): void {
    disposeLayers(this.#cache[part]);
    this.#cache[part] = null;
    this.#lengths[part] = 0;
  }

  /**
   * Replaces each layer's tensors by new ones and gives the old ones back at once. When that fails in the middle, the
   * layers do not belong together any more, and the lane cannot go on.
   */
  async #replaceEach(
    layers: LayerTensors[],
    work: (layer: LayerTensors) => Promise<LayerTensors>,
  ): Promise<void> {
    for (const [index, layer] of layers.entries()) {
      layers[index] = await work(layer).catch((error: unknown) => {
        throw deviceFailed(error, this.#parts.device);
      });
      disposeLayers([layer]);
    }
  }
}

/** The decoder over the graph that Winnow builds: the cache belongs to JavaScript, the prompt's part is shared by all rows. */
import type { CacheGeometry } from '../../contract/engine.ts';
import { blockTokens, type DecoderShape } from '../graph/model-weights.ts';
import type { DecodeSession } from './decode-session.ts';
import type { Decoder, DecoderLane, StepsRequest, StepsWritten } from './decoder.ts';
import { AnswerCache } from './lane-cache.ts';
import { PromptCache } from './prompt-cache.ts';
import { rotationTables } from './rotation.ts';

export class GraphDecoder implements Decoder {
  readonly geometry: CacheGeometry;
  readonly #session: DecodeSession;
  readonly #shape: DecoderShape;

  /** @param session is closed with this decoder */
  constructor(session: DecodeSession, shape: DecoderShape, geometry: CacheGeometry) {
    this.#session = session;
    this.#shape = shape;
    this.geometry = geometry;
  }

  begin(promptTokens: number): Promise<DecoderLane> {
    // The constructor of the cache may throw; callers expect a rejection.
    return Promise.resolve().then(
      () =>
        new GraphLane(this.#session, this.#shape, {
          geometry: this.geometry,
          prompt: new PromptCache(this.#shape, promptTokens),
        }),
    );
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}

class GraphLane implements DecoderLane {
  readonly #session: DecodeSession;
  readonly #shape: DecoderShape;
  readonly #geometry: CacheGeometry;
  readonly #prompt: PromptCache;
  #cache: AnswerCache | null = null;

  constructor(
    session: DecodeSession,
    shape: DecoderShape,
    { geometry, prompt }: { geometry: CacheGeometry; prompt: PromptCache },
  ) {
    this.#session = session;
    this.#shape = shape;
    this.#geometry = geometry;
    this.#prompt = prompt;
  }

  get cacheBytes(): number {
    return this.#prompt.bytes + (this.#cache?.bytes ?? 0);
  }

  /** A run does not reach across a block's border: attention's sums end there, and their bits depend on where. */
  get runRoom(): number {
    return blockTokens - (this.#cache?.runningTokens ?? 0);
  }

  async readChunk(tokens: readonly number[]): Promise<number> {
    const run = { rows: 1, running: 0, steps: tokens.length };
    const peak = this.#prompt.bytes + runBytes(this.#geometry, run);
    const rotation = rotationTables(this.#shape, this.#prompt.tokens, tokens.length);
    await this.#session.readChunk(tokens, this.#prompt, rotation);
    return peak;
  }

  start(rows: number, mostTokens: number): Promise<void> {
    this.#cache = null;
    return Promise.resolve().then(() => {
      this.#cache = new AnswerCache(this.#shape, rows, mostTokens);
    });
  }

  async advance(request: StepsRequest): Promise<StepsWritten> {
    const cache = this.#cache;
    if (cache === null) throw new RangeError('no row was started');
    const position = this.#prompt.tokens + cache.tokens;
    const { written, ...result } = await this.#session.steps({
      ...request,
      prompt: this.#prompt,
      cache,
      rotation: rotationTables(this.#shape, position, request.steps),
    });
    const run = { rows: cache.rows, running: cache.runningTokens, steps: request.steps };
    const peakCacheBytes = this.cacheBytes + runBytes(this.#geometry, run);
    cache.append(result.steps, written);
    return { ...result, peakCacheBytes };
  }

  keep(rows: readonly number[]): Promise<void> {
    this.#cache?.keep(rows);
    return Promise.resolve();
  }

  end(): Promise<void> {
    this.#cache = null;
    return Promise.resolve();
  }
}

/** What a run holds beside the cache (domain/cache-cost.ts): its tokens twice, and one layer's running block joined. */
function runBytes(
  { bytesPerToken, layers }: CacheGeometry,
  { rows, running, steps }: { rows: number; running: number; steps: number },
): number {
  return Math.ceil(rows * bytesPerToken * (2 * steps + (2 * (running + steps)) / layers));
}

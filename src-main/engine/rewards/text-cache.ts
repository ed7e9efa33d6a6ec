/**
 * The keys and values of texts that a decoder has read, chunk by chunk, so that a text that goes on is not read again
 * from its beginning, and a prompt once for all answers. What came before decides a chunk's keys and values, so a chunk
 * is found by the chunk before it and its own tokens.
 */

/** What was read of a chunk, for each layer fp32 `[kvHeads, tokens, headSize]`. */
export interface ReadChunk {
  keys: Float32Array[];
  values: Float32Array[];
}

/** A chunk that is kept. */
export interface CachedChunk extends ReadChunk {
  /** Where it is kept: the number of the chunk before it, and its tokens. */
  key: string;
  number: number;
  /** The key of the chunk before it; null for a text's first. */
  before: string | null;
}

export class TextCache {
  readonly #limitBytes: number;
  /** The longest unused first. */
  readonly #chunks = new Map<string, CachedChunk>();
  #bytes = 0;
  #numbers = 0;

  /** @param limitBytes what it keeps at most */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The chunks of a text that are kept, from its first on. */
  find(chunks: readonly (readonly number[])[]): CachedChunk[] {
    const found: CachedChunk[] = [];
    for (const tokens of chunks) {
      const chunk = this.#chunks.get(keyOf(found.at(-1), tokens));
      if (chunk === undefined) break;
      found.push(chunk);
    }
    this.#use(found.at(-1));
    return found;
  }

  /** Keeps a chunk that was read behind another one. Those that were not used for longest make room for it. */
  add(before: CachedChunk | undefined, tokens: readonly number[], read: ReadChunk): CachedChunk {
    const { keys, values } = read;
    this.#numbers += 1;
    const chunk: CachedChunk = {
      keys,
      values,
      key: keyOf(before, tokens),
      number: this.#numbers,
      before: before?.key ?? null,
    };
    this.#chunks.set(chunk.key, chunk);
    this.#bytes += bytesOf(chunk);
    this.#use(chunk);
    for (const [key, oldest] of this.#chunks) {
      if (this.#bytes <= this.#limitBytes) break;
      this.#chunks.delete(key);
      this.#bytes -= bytesOf(oldest);
    }
    return chunk;
  }

  clear(): void {
    this.#chunks.clear();
    this.#bytes = 0;
  }

  /** The text's first chunk counts as used last, so that no chunk goes before those that are found through it. */
  #use(last: CachedChunk | undefined): void {
    let chunk = last;
    while (chunk !== undefined) {
      this.#chunks.delete(chunk.key);
      this.#chunks.set(chunk.key, chunk);
      chunk = this.#chunks.get(chunk.before ?? '');
    }
  }
}

function keyOf(before: CachedChunk | undefined, tokens: readonly number[]): string {
  return `${before?.number ?? 0}:${tokens.join()}`;
}

function bytesOf({ keys, values }: ReadChunk): number {
  return [...keys, ...values].reduce((sum, { byteLength }) => sum + byteLength, 0);
}

import type { CacheShape } from '../graph/model-weights.ts';
import { GrowingFloats, type Layer } from './lane-cache.ts';

/**
 * The prompt's keys `[kvHeads, headSize, tokens]` and values `[kvHeads, tokens, headSize]`, for each layer. The buffers
 * grow in place, so that a chunk never needs a second copy of what was read before.
 */
export class PromptCache {
  readonly #shape: CacheShape;
  readonly #layers: Layer<GrowingFloats>[];
  #tokens = 0;

  /**
   * @param mostTokens how many tokens will be read
   * @throws RangeError where memory does not suffice
   */
  constructor(shape: CacheShape, mostTokens: number) {
    this.#shape = shape;
    const numbers = mostTokens * shape.keyValueHeads * shape.headSize;
    this.#layers = Array.from({ length: shape.layers }, () => ({
      keys: new GrowingFloats(numbers),
      values: new GrowingFloats(numbers),
    }));
  }

  get tokens(): number {
    return this.#tokens;
  }

  /** Bytes of all keys and values. */
  get bytes(): number {
    const { keyValueHeads, headSize } = this.#shape;
    return this.#tokens * keyValueHeads * headSize * this.#layers.length * 2 * 4;
  }

  layer(index: number): Layer<Float32Array> {
    const layer = this.#layers[index];
    if (layer === undefined) throw new RangeError(`there is no layer ${index}`);
    return { keys: layer.keys.view(), values: layer.values.view() };
  }

  /**
   * Adds a chunk of the prompt; for each layer `[count, kvHeads, headSize]`.
   * @throws RangeError where memory does not suffice; the cache cannot be used any more then
   */
  append(count: number, written: (layer: number) => Layer<Float32Array>): void {
    for (const [index, layer] of this.#layers.entries()) {
      const { keys, values } = written(index);
      this.#add(layer.keys, keys, count, true);
      this.#add(layer.values, values, count, false);
    }
    this.#tokens += count;
  }

  #add(part: GrowingFloats, added: Float32Array, count: number, transposed: boolean): void {
    const { keyValueHeads, headSize } = this.#shape;
    const tokens = this.#tokens + count;
    part.resize(keyValueHeads * headSize * tokens);
    const numbers = part.view();
    const lines = transposed ? keyValueHeads * headSize : keyValueHeads;
    const line = numbers.length / lines;
    const oldLine = (line / tokens) * this.#tokens;
    // Every line moves back by what the lines before it have grown; the last one first, so that none is written over.
    for (let i = lines - 1; i > 0; i--) {
      numbers.copyWithin(i * line, i * oldLine, (i + 1) * oldLine);
    }
    const [headStep, tokenStep] = transposed ? [tokens, 1] : [1, headSize];
    for (let token = 0, read = 0; token < count; token++) {
      for (let head = 0; head < keyValueHeads; head++) {
        let write = head * tokens * headSize + (this.#tokens + token) * tokenStep;
        for (let i = 0; i < headSize; i++, write += headStep) numbers[write] = added[read++] ?? 0;
      }
    }
  }
}

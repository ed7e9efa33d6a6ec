import type { DecoderShape } from '../graph/model-weights.ts';
import type { Layer } from './lane-cache.ts';

/** The prompt's keys `[kvHeads, headSize, tokens]` and values `[kvHeads, tokens, headSize]`, for each layer. */
export class PromptCache {
  readonly #shape: DecoderShape;
  readonly #layers: Layer<Float32Array>[];
  #tokens = 0;

  constructor(shape: DecoderShape) {
    this.#shape = shape;
    this.#layers = Array.from({ length: shape.layers }, () => ({
      keys: new Float32Array(0),
      values: new Float32Array(0),
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
    return layer;
  }

  /** Adds a chunk of the prompt; for each layer `[count, kvHeads, headSize]`. */
  append(count: number, written: (layer: number) => Layer<Float32Array>): void {
    for (const [index, layer] of this.#layers.entries()) {
      const { keys, values } = written(index);
      layer.keys = this.#joined(layer.keys, keys, count, true);
      layer.values = this.#joined(layer.values, values, count, false);
    }
    this.#tokens += count;
  }

  #joined(old: Float32Array, added: Float32Array, count: number, transposed: boolean) {
    const { keyValueHeads, headSize } = this.#shape;
    const tokens = this.#tokens + count;
    const joined = new Float32Array(keyValueHeads * headSize * tokens);
    const lines = transposed ? keyValueHeads * headSize : keyValueHeads;
    const oldLine = old.length / lines;
    const line = joined.length / lines;
    for (let i = 0; i < lines; i++) {
      joined.set(old.subarray(i * oldLine, (i + 1) * oldLine), i * line);
    }
    const [headStep, tokenStep] = transposed ? [tokens, 1] : [1, headSize];
    for (let token = 0, read = 0; token < count; token++) {
      for (let head = 0; head < keyValueHeads; head++) {
        let write = head * tokens * headSize + (this.#tokens + token) * tokenStep;
        for (let i = 0; i < headSize; i++, write += headStep) joined[write] = added[read++] ?? 0;
      }
    }
    return joined;
  }
}

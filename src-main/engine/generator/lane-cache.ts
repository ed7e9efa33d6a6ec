/**
 * The keys and values of one lane, owned by JavaScript and read by the graph without a copy.
 *
 * For each layer there are three parts (graph/attention.ts says how they are read):
 * - the prompt's cache, held once for all rows;
 * - finished blocks, block after block in one growing buffer, so that a new block copies nothing of the old ones;
 * - the running block, token after token in one growing buffer.
 *
 * The buffers are resizable: they grow and shrink in place, and what they no longer need goes back to the system at once.
 */
import { blockTokens, type CacheShape } from '../graph/model-weights.ts';
import { compactRows } from './compact-rows.ts';

/** A buffer that grows and shrinks in place; views of it are made anew after each change. */
export class GrowingFloats {
  readonly #buffer: ArrayBuffer;

  /** @param most how many numbers it can ever hold; only addresses are set aside for them */
  constructor(most: number) {
    this.#buffer = new ArrayBuffer(0, { maxByteLength: most * 4 });
  }

  get length(): number {
    return this.#buffer.byteLength / 4;
  }

  /** @throws RangeError where memory does not suffice */
  resize(length: number): void {
    this.#buffer.resize(length * 4);
  }

  /** All numbers, or those of a range. */
  view(from = 0, length = this.length - from): Float32Array {
    return new Float32Array(this.#buffer, from * 4, length);
  }
}

/** One layer's keys, or its values. */
interface LayerPart {
  blocks: GrowingFloats;
  running: GrowingFloats;
  /** Whether a finished block is kept transposed, `[kvHeads, rows, headSize, blockTokens]` (keys). */
  transposed: boolean;
}

export interface Layer<T> {
  keys: T;
  values: T;
}

export class AnswerCache {
  readonly #shape: CacheShape;
  readonly #layers: Layer<LayerPart>[];
  #rows: number;
  #blocks = 0;
  #runningTokens = 0;

  /**
   * @param rows how many rows begin
   * @param mostTokens no row will have more answer tokens than this
   */
  constructor(shape: CacheShape, rows: number, mostTokens: number) {
    this.#shape = shape;
    this.#rows = rows;
    const oneToken = rows * this.#rowSize;
    const part = (transposed: boolean): LayerPart => ({
      blocks: new GrowingFloats(Math.floor(mostTokens / blockTokens) * blockTokens * oneToken),
      running: new GrowingFloats(blockTokens * oneToken),
      transposed,
    });
    this.#layers = Array.from({ length: shape.layers }, () => ({
      keys: part(true),
      values: part(false),
    }));
  }

  get rows(): number {
    return this.#rows;
  }

  get blocks(): number {
    return this.#blocks;
  }

  /** Tokens of the running block, less than a block's. */
  get runningTokens(): number {
    return this.#runningTokens;
  }

  /** Answer tokens whose keys and values are held. */
  get tokens(): number {
    return this.#blocks * blockTokens + this.#runningTokens;
  }

  /** Bytes of all keys and values. */
  get bytes(): number {
    return this.tokens * this.#rows * this.#rowSize * this.#layers.length * 2 * 4;
  }

  /** Views of one layer's parts as the graph takes them, with the blocks' and the running block's lengths. */
  layer(index: number): Layer<{ blocks: Float32Array; running: Float32Array }> {
    const { keys, values } = this.#layer(index);
    const views = ({ blocks, running }: LayerPart) => ({
      blocks: blocks.view(),
      running: running.view(),
    });
    return { keys: views(keys), values: views(values) };
  }

  /**
   * Takes over what one run of the graph wrote. A run does not reach beyond the end of the running block.
   * @param written for each layer `[steps, rows, kvHeads, headSize]`
   * @throws RangeError where memory does not suffice; the cache is then as it was
   */
  append(steps: number, written: (layer: number) => Layer<Float32Array>): void {
    const before = this.#runningTokens * this.#rows * this.#rowSize;
    const after = before + steps * this.#rows * this.#rowSize;
    const finishing = this.#runningTokens + steps === blockTokens;
    // Numbers in buffers of a fixed size are reached several times as fast as in those that grow.
    const length = finishing ? blockTokens * this.#rows * this.#rowSize : 0;
    const fixed = { read: new Float32Array(length), write: new Float32Array(length) };
    this.#growAll(after, finishing);
    for (const [index, layer] of this.#layers.entries()) {
      const { keys, values } = written(index);
      layer.keys.running.view().set(keys, before);
      layer.values.running.view().set(values, before);
      if (finishing) {
        this.#finishBlock(layer.keys, fixed);
        this.#finishBlock(layer.values, fixed);
      }
    }
    this.#runningTokens = finishing ? 0 : this.#runningTokens + steps;
    if (finishing) this.#blocks += 1;
  }

  /**
   * Drops all rows but these, in place.
   * @param kept rising row numbers
   */
  keep(kept: readonly number[]): void {
    if (kept.length === this.#rows) return;
    const { keyValueHeads, headSize } = this.#shape;
    const perRow = blockTokens * headSize;
    for (const { keys, values } of this.#layers) {
      for (const { blocks, running } of [keys, values]) {
        const groups = this.#blocks * keyValueHeads;
        compactRows(blocks.view(), { groups, rows: this.#rows, rowSize: perRow }, kept);
        blocks.resize(groups * kept.length * perRow);
        const time = { groups: this.#runningTokens, rows: this.#rows, rowSize: this.#rowSize };
        compactRows(running.view(), time, kept);
        running.resize(this.#runningTokens * kept.length * this.#rowSize);
      }
    }
    this.#rows = kept.length;
  }

  /** Numbers in one token's keys (or values) of one row of one layer. */
  get #rowSize(): number {
    return this.#shape.keyValueHeads * this.#shape.headSize;
  }

  #layer(index: number): Layer<LayerPart> {
    const layer = this.#layers[index];
    if (layer === undefined) throw new RangeError(`there is no layer ${index}`);
    return layer;
  }

  /** Grows every buffer or none. Grown pages take memory only when they are written to. */
  #growAll(running: number, finishing: boolean): void {
    const block = finishing ? blockTokens * this.#rows * this.#rowSize : 0;
    const parts = this.#layers.flatMap(({ keys, values }) => [keys, values]);
    const before = parts.map((part) => ({
      part,
      lengths: [part.blocks.length, part.running.length],
    }));
    try {
      for (const part of parts) {
        part.blocks.resize(part.blocks.length + block);
        part.running.resize(running);
      }
    } catch (error) {
      for (const { part, lengths } of before) {
        part.blocks.resize(lengths[0] ?? 0);
        part.running.resize(lengths[1] ?? 0);
      }
      throw error;
    }
  }

  /**
   * Moves the full running block behind the finished ones, in their order of axes.
   * @param fixed two buffers as long as the block, for the work
   */
  #finishBlock(
    { blocks, running, transposed }: LayerPart,
    { read: source, write: target }: { read: Float32Array; write: Float32Array },
  ): void {
    const { keyValueHeads, headSize } = this.#shape;
    source.set(running.view());
    const [headStep, tokenStep] = transposed ? [blockTokens, 1] : [1, headSize];
    for (let token = 0, read = 0; token < blockTokens; token++) {
      for (let row = 0; row < this.#rows; row++) {
        for (let head = 0; head < keyValueHeads; head++) {
          let write = (head * this.#rows + row) * blockTokens * headSize + token * tokenStep;
          for (let i = 0; i < headSize; i++, write += headStep) {
            target[write] = source[read++] ?? 0;
          }
        }
      }
    }
    blocks.view(blocks.length - target.length).set(target);
    running.resize(0);
  }
}

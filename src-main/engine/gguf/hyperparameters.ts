import type { FileNumbers } from './architectures/architecture.ts';
import { architectureUnsupported, damaged } from './faults.ts';
import type { GgufMetadata } from './metadata.ts';

const mostByDefault = 1 << 24;

interface WholeNumberOptions {
  most?: number;
  /** Where the file does not say; absent: it must. */
  otherwise?: number;
}

/** A model's numbers behind their architecture's prefix, checked to be possible. */
export class Hyperparameters implements FileNumbers {
  readonly #metadata: GgufMetadata;
  readonly #prefix: string;

  constructor(metadata: GgufMetadata, architecture: string) {
    this.#metadata = metadata;
    this.#prefix = architecture;
  }

  has(name: string): boolean {
    return this.#metadata.has(this.#key(name));
  }

  text(name: string): string | null {
    return this.#metadata.text(this.#key(name));
  }

  /** Any number, unchecked; null where the file does not say. */
  number(name: string): number | null {
    return this.#metadata.number(this.#key(name));
  }

  /**
   * A whole number from 1, the same for all layers.
   * @throws model-damaged, model-architecture-unsupported where layers differ
   */
  wholeNumber(name: string, { most = mostByDefault, otherwise }: WholeNumberOptions = {}): number {
    if (otherwise !== undefined && !this.has(name)) return otherwise;
    const value = this.#metadata.sameNumber(this.#key(name));
    if (value === null && this.has(name)) {
      throw architectureUnsupported(`its layers differ from each other (${name})`);
    }
    if (value === null) throw this.#missing(name);
    if (!Number.isInteger(value) || value < 1 || value > most) throw this.impossible(name, value);
    return value;
  }

  /** A number above 0 that the file must say. Throws model-damaged. */
  required(name: string, most: number): number {
    const value = this.positive(name, null, most);
    if (value === null) throw this.#missing(name);
    return value;
  }

  /**
   * A number above 0 and at most `most`, or `otherwise` where the file does not say.
   * @throws model-damaged
   */
  positive<T>(name: string, otherwise: T, most = 1e12): number | T {
    const value = this.number(name);
    if (value === null) return otherwise;
    if (!(value > 0 && value <= most)) throw this.impossible(name, value);
    return value;
  }

  slidingWindow(): number | null {
    const name = 'attention.sliding_window';
    // Some files write 0 for "none".
    return this.number(name) === 0 ? null : this.positive(name, null);
  }

  windowedLayers(period: number): (layer: number) => boolean {
    const listed = this.#metadata.numberOrFlags(this.#key('attention.sliding_window_pattern'));
    if (typeof listed === 'object' && listed !== null) return (layer) => listed[layer] === true;
    const length = listed ?? period;
    return (layer) => layer % length !== length - 1;
  }

  /** The error for a number that cannot be. */
  impossible(name: string, value: number): Error {
    const key = this.#key(name);
    return damaged(`the entry "${key}" is impossible (${value})`, { key });
  }

  #missing(name: string): Error {
    const key = this.#key(name);
    return damaged(`it lacks the entry "${key}"`, { key });
  }

  #key(name: string): string {
    return `${this.#prefix}.${name}`;
  }
}

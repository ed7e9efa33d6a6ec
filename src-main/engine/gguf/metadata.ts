import { damaged } from './faults.ts';

/** A value of a file's metadata. Numbers of every width become JavaScript numbers. */
export type MetadataValue = string | number | boolean | string[] | number[] | boolean[];

/** A file's metadata behind typed questions. Each throws model-damaged where the value is of another kind. */
export class GgufMetadata {
  readonly #values: ReadonlyMap<string, MetadataValue>;

  constructor(values: ReadonlyMap<string, MetadataValue>) {
    this.#values = values;
  }

  keys(): string[] {
    return [...this.#values.keys()];
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  /** The text under a key, or null where the file does not have it. */
  text(key: string): string | null {
    const value = this.#values.get(key);
    if (value === undefined || typeof value === 'string') return value ?? null;
    throw wrongKind(key, 'text');
  }

  number(key: string): number | null {
    const value = this.#values.get(key);
    if (value === undefined || typeof value === 'number') return value ?? null;
    throw wrongKind(key, 'a number');
  }

  flag(key: string): boolean | null {
    const value = this.#values.get(key);
    if (value === undefined || typeof value === 'boolean') return value ?? null;
    throw wrongKind(key, 'yes or no');
  }

  texts(key: string): readonly string[] | null {
    const value = this.#values.get(key);
    if (value === undefined) return null;
    if (isTexts(value)) return value;
    throw wrongKind(key, 'a list of texts');
  }

  numbers(key: string): readonly number[] | null {
    const value = this.#values.get(key);
    if (value === undefined) return null;
    if (isNumbers(value)) return value;
    throw wrongKind(key, 'a list of numbers');
  }

  /** What some files give as one number and others as yes or no for each layer. */
  numberOrFlags(key: string): number | readonly boolean[] | null {
    const value = this.#values.get(key);
    return isFlags(value) ? value : this.number(key);
  }

  /** A number that some files give once and others once per layer: all entries of a list must be equal. */
  sameNumber(key: string): number | null {
    const value = this.#values.get(key);
    if (!Array.isArray(value)) return this.number(key);
    const [first, ...others] = this.numbers(key) ?? [];
    if (first === undefined || others.some((other) => other !== first)) return null;
    return first;
  }
}

/** The reader gives all entries of a list one type, so the first one tells. */
function isTexts(value: MetadataValue): value is string[] {
  return Array.isArray(value) && (value.length === 0 || typeof value[0] === 'string');
}

function isNumbers(value: MetadataValue): value is number[] {
  return Array.isArray(value) && (value.length === 0 || typeof value[0] === 'number');
}

function isFlags(value: MetadataValue | undefined): value is boolean[] {
  return Array.isArray(value) && typeof value[0] === 'boolean';
}

function wrongKind(key: string, expected: string) {
  return damaged(`the entry "${key}" should be ${expected}`, { key });
}

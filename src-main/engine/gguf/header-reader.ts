import { readSync } from 'node:fs';
import { damaged, truncated } from './faults.ts';
import type { MetadataValue } from './metadata.ts';

const windowBytes = 1 << 20;
/** Far above any real text of a header (a long chat template has some 20 kB). */
const longestText = 1 << 24;
/** Far above any real list (the largest vocabularies have some 300,000 entries). */
const longestList = 1 << 22;

/** Large vocabularies with their merges take some 15 MiB. What is read becomes up to eight times as large in memory. */
const longestHeader = 1 << 26;

/** The numbers by which a file names the kinds of its metadata (GGUF specification, gguf_metadata_value_type). */
const kind = { text: 8, list: 9 } as const;

interface Scalar {
  bytes: number;
  read: (view: DataView, at: number) => number | boolean;
}

const scalars: ReadonlyMap<number, Scalar> = new Map<number, Scalar>([
  [0, { bytes: 1, read: (view, at) => view.getUint8(at) }],
  [1, { bytes: 1, read: (view, at) => view.getInt8(at) }],
  [2, { bytes: 2, read: (view, at) => view.getUint16(at, true) }],
  [3, { bytes: 2, read: (view, at) => view.getInt16(at, true) }],
  [4, { bytes: 4, read: (view, at) => view.getUint32(at, true) }],
  [5, { bytes: 4, read: (view, at) => view.getInt32(at, true) }],
  [6, { bytes: 4, read: (view, at) => view.getFloat32(at, true) }],
  [7, { bytes: 1, read: (view, at) => view.getUint8(at) !== 0 }],
  [10, { bytes: 8, read: (view, at) => Number(view.getBigUint64(at, true)) }],
  [11, { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) }],
  [12, { bytes: 8, read: (view, at) => view.getFloat64(at, true) }],
]);

/**
 * Reads a file from its start, value by value, through a window of a megabyte.
 *
 * `@huggingface/gguf` is not used for this: it goes on behind a truncated file's end as if zeros stood there, cuts a text
 * short that lies across the border of its buffer, and needs three times as long. It is the oracle of the tests instead.
 * Nothing is allocated before it is certain that the file holds that many bytes.
 */
export class HeaderReader {
  readonly #descriptor: number;
  readonly #fileBytes: number;
  #window = Buffer.alloc(0);
  #view = new DataView(new ArrayBuffer(0));
  /** Where the window begins in the file, and how far into it we have read. */
  #windowStart = 0;
  #cursor = 0;

  constructor(descriptor: number, fileBytes: number) {
    this.#descriptor = descriptor;
    this.#fileBytes = fileBytes;
  }

  /** Bytes from the start of the file to the next value. */
  get position(): number {
    return this.#windowStart + this.#cursor;
  }

  /** Throws model-truncated unless the file holds that many more bytes. */
  expect(bytes: number): void {
    if (bytes > this.#fileBytes - this.position) {
      throw truncated({ fileBytes: this.#fileBytes, neededBytes: this.position + bytes });
    }
  }

  bytes(count: number): Buffer {
    const start = this.#advance(count);
    return this.#window.subarray(start, start + count);
  }

  uint32(): number {
    const start = this.#advance(4);
    return this.#view.getUint32(start, true);
  }

  /** An unsigned 64-bit number that stands for a size, a count or a place. */
  size(): number {
    const start = this.#advance(8);
    const value = this.#view.getBigUint64(start, true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged('it announces an impossible size');
    return Number(value);
  }

  text(): string {
    const length = this.size();
    this.expect(length);
    if (length > longestText) throw damaged('one of its texts is impossibly long', { length });
    const start = this.#advance(length);
    return this.#window.toString('utf8', start, start + length);
  }

  /** A value of the kind that stands before it. */
  value(): MetadataValue {
    const number = this.uint32();
    if (number === kind.text) return this.text();
    if (number === kind.list) return this.#list();
    return this.#scalar(scalarOf(number));
  }

  #list(): MetadataValue {
    const number = this.uint32();
    const count = this.size();
    const texts = number === kind.text;
    const bytesEach = texts ? 8 : scalarOf(number).bytes;
    this.expect(count * bytesEach);
    if (count > longestList) throw damaged('one of its lists is impossibly long', { count });
    if (texts) return Array.from({ length: count }, () => this.text());
    const scalar = scalarOf(number);
    // All entries are of one kind, which TypeScript cannot see.
    return Array.from({ length: count }, () => this.#scalar(scalar)) as number[] | boolean[];
  }

  #scalar(scalar: Scalar): number | boolean {
    const start = this.#advance(scalar.bytes);
    return scalar.read(this.#view, start);
  }

  /** Moves past `count` bytes and makes sure that the window holds them; returns where in the window they begin. */
  #advance(count: number): number {
    if (this.#cursor + count > this.#window.length) this.#fill(count);
    const start = this.#cursor;
    this.#cursor += count;
    return start;
  }

  #fill(count: number): void {
    this.expect(count);
    const start = this.position;
    if (start > longestHeader) throw damaged('its header is impossibly long');
    const length = Math.min(Math.max(count, windowBytes), this.#fileBytes - start);
    const window = Buffer.alloc(length);
    for (let filled = 0; filled < length;) {
      const read = readSync(this.#descriptor, window, filled, length - filled, start + filled);
      if (read === 0) throw truncated({ fileBytes: start + filled });
      filled += read;
    }
    this.#window = window;
    this.#view = new DataView(window.buffer, window.byteOffset, window.byteLength);
    this.#windowStart = start;
    this.#cursor = 0;
  }
}

function scalarOf(number: number): Scalar {
  const scalar = scalars.get(number);
  if (scalar === undefined) {
    throw damaged('it holds a value of an unknown kind', { kind: number });
  }
  return scalar;
}

/**
 * Protocol buffers as they lie in a file (https://protobuf.dev/programming-guides/encoding): fields are walked without
 * reading what they hold, so that gigabytes of weights inside a model are passed over.
 */
import type { FileHandle } from 'node:fs/promises';
import { damagedExport, truncatedExport, unsupportedExport } from './faults.ts';

/** Numbers of wire types that hold something. (3 and 4, groups, are not used by ONNX.) */
export const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** A field of a message. */
export interface WireField {
  number: number;
  type: number;
  /** Where the whole field begins, its tag included. */
  start: number;
  /** Where what it holds begins, and how many bytes it is. */
  offset: number;
  length: number;
}

/** So much is read from the file at once. */
const windowBytes = 1 << 16;
/** What is kept of one file: its graph, but not its weights. Real ones take a few megabytes. */
const mostKeptBytes = 1 << 27;
/** Real graphs have some ten thousand fields on the levels that are walked. */
const mostFields = 1_000_000;

/** Reads parts of a file, and watches over how much is kept. */
export class WireReader {
  readonly name: string;
  readonly sizeBytes: number;
  readonly #handle: FileHandle;
  #window: Uint8Array = new Uint8Array(0);
  #windowStart = 0;
  #keptBytes = 0;
  #fields = 0;

  constructor(handle: FileHandle, name: string, sizeBytes: number) {
    this.#handle = handle;
    this.name = name;
    this.sizeBytes = sizeBytes;
  }

  /**
   * The fields of the message that lies between two places, one after the other.
   * @throws model-damaged, model-truncated, model-format-unsupported
   */
  async *fields(start: number, end: number): AsyncGenerator<WireField> {
    let position = start;
    while (position < end) {
      this.#fields += 1;
      if (this.#fields > mostFields) throw tooMuch();
      const tag = await this.#varint(position, end);
      const number = Math.floor(tag.value / 8);
      if (number === 0) throw damagedExport('it is not an ONNX file, or its structure is broken');
      const type = tag.value % 8;
      const { offset, length } = await this.#extent(type, tag.next, end);
      yield { number, type, start: position, offset, length };
      position = offset + length;
    }
  }

  /** A copy of a part of the file, counted as kept. */
  async keep(offset: number, length: number): Promise<Uint8Array> {
    this.#keptBytes += length;
    if (this.#keptBytes > mostKeptBytes) throw tooMuch();
    return (await this.#read(offset, length)).slice();
  }

  /** The value of a field that is a whole number; those beyond 2^53 are not exact. */
  async number({ offset, length }: WireField): Promise<number> {
    return (await this.#varint(offset, offset + length)).value;
  }

  /** Where the content of a field begins and how long it is. */
  async #extent(
    type: number,
    position: number,
    end: number,
  ): Promise<{ offset: number; length: number }> {
    if (type === wireTypes.varint) {
      const { next } = await this.#varint(position, end);
      return { offset: position, length: next - position };
    }
    let offset = position;
    let length = type === wireTypes.fixed64 ? 8 : 4;
    if (type === wireTypes.bytes) {
      ({ value: length, next: offset } = await this.#varint(position, end));
    } else if (type !== wireTypes.fixed64 && type !== wireTypes.fixed32) {
      throw damagedExport('it is not an ONNX file, or its structure is broken', { type });
    }
    if (offset + length > this.sizeBytes) throw truncatedExport(this.name, { offset, length });
    if (offset + length > end)
      throw damagedExport('one part of it reaches into the next', { offset });
    return { offset, length };
  }

  async #varint(position: number, end: number): Promise<{ value: number; next: number }> {
    const bytes = await this.#read(position, Math.min(10, end - position));
    let value = 0;
    for (const [place, byte] of bytes.entries()) {
      value += (byte % 128) * 2 ** (7 * place);
      if (byte < 128) return { value, next: position + place + 1 };
    }
    if (end === this.sizeBytes && bytes.length < 10) throw truncatedExport(this.name);
    throw damagedExport('a number in it has no end', { offset: position });
  }

  async #read(offset: number, length: number): Promise<Uint8Array> {
    const inWindow = offset - this.#windowStart;
    if (inWindow >= 0 && inWindow + length <= this.#window.length) {
      return this.#window.subarray(inWindow, inWindow + length);
    }
    const wanted = Math.min(Math.max(length, windowBytes), this.sizeBytes - offset);
    const bytes = new Uint8Array(wanted);
    let done = 0;
    while (done < wanted) {
      const { bytesRead } = await this.#handle.read(bytes, done, wanted - done, offset + done);
      if (bytesRead === 0) throw truncatedExport(this.name);
      done += bytesRead;
    }
    this.#window = bytes;
    this.#windowStart = offset;
    return bytes.subarray(0, length);
  }
}

function tooMuch() {
  return unsupportedExport(
    'The graph of this ONNX model, without its numbers, is larger than that of any model that Winnow knows.',
  );
}

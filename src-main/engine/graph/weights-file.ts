import { open, type FileHandle } from 'node:fs/promises';
import type { GraphBuilder } from './graph-builder.ts';
import type { ElementType } from './onnx-schema.ts';

/** A tensor in the file beside the model. */
interface StoredTensor {
  name: string;
  type: ElementType;
  dims: number[];
  offset: number;
  length: number;
}

/** onnxruntime maps each tensor into memory from a multiple of the page size. */
const alignment = 4096;

/** Writes a model's tensors into one file, one after the other, to be named by the graph as external data. */
export class WeightsFile {
  readonly #handle: FileHandle;
  readonly #file: string;
  readonly #tensors: StoredTensor[] = [];
  #end = 0;

  private constructor(handle: FileHandle, file: string) {
    this.#handle = handle;
    this.#file = file;
  }

  /** @param file the name that the graph knows the file by, in the model's own folder */
  static async create(folder: string, file: string): Promise<WeightsFile> {
    return new WeightsFile(await open(`${folder}/${file}`, 'wx'), file);
  }

  /** Appends a tensor whose data are given in parts. */
  async add(
    name: string,
    type: ElementType,
    dims: number[],
    parts: readonly ArrayBufferView[],
  ): Promise<void> {
    const offset = Math.ceil(this.#end / alignment) * alignment;
    let length = 0;
    for (const part of parts) {
      const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.#handle.write(
          bytes,
          done,
          null,
          offset + length + done,
        );
        done += bytesWritten;
      }
      length += bytes.length;
    }
    this.#end = offset + length;
    this.#tensors.push({ name, type, dims, offset, length });
  }

  /** Declares every tensor as a constant of the graph. */
  declare(graph: GraphBuilder): void {
    for (const { name, type, dims, offset, length } of this.#tensors) {
      graph.external(name, type, dims, { file: this.#file, offset, length });
    }
  }

  /** Bytes written so far. */
  get size(): number {
    return this.#end;
  }

  /** Makes sure that everything is on the disk, and closes the file. */
  async close(): Promise<void> {
    await this.#handle.sync();
    await this.#handle.close();
  }
}

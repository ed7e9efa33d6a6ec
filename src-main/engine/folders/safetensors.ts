/**
 * The header of a safetensors file: its length, then JSON with the place of every tensor, then the data. Checked as
 * strictly as GGUF's: what is accepted lies inside the file, has the size that its shape asks for and overlaps nothing.
 */
import { createReadStream } from 'node:fs';
import * as v from 'valibot';
import { truncated } from '../gguf/faults.ts';
import type { TensorType } from '../gguf/types.ts';
import { damagedFile, typeUnsupported, unreadableFile } from './faults.ts';

/** The library that people write these files with refuses longer ones. */
const longestHeader = 100_000_000;
const lengthBytes = 8;

/** Bytes of one number. */
const typeBytes: ReadonlyMap<string, number> = new Map([
  ['BOOL', 1],
  ['U8', 1],
  ['I8', 1],
  ['F8_E5M2', 1],
  ['F8_E4M3', 1],
  ['I16', 2],
  ['U16', 2],
  ['F16', 2],
  ['BF16', 2],
  ['I32', 4],
  ['U32', 4],
  ['F32', 4],
  ['I64', 8],
  ['U64', 8],
  ['F64', 8],
]);

const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const entrySchema = v.object({
  dtype: v.string(),
  shape: v.pipe(v.array(size), v.maxLength(8)),
  data_offsets: v.tuple([size, size]),
});
const headerSchema = v.record(v.string(), v.unknown());

/** A tensor in one of these files. */
export interface SafeTensor {
  name: string;
  /** As the format calls it: `BF16`. */
  dtype: string;
  shape: number[];
  /** Bytes from the start of the file. */
  offset: number;
  byteLength: number;
}

/**
 * @param name what messages call the file
 * @throws model-damaged, model-truncated, model-unreadable, model-tensor-type-unsupported
 */
export async function readSafetensorsHeader(
  path: string,
  name: string,
  fileBytes: number,
): Promise<SafeTensor[]> {
  if (fileBytes < lengthBytes) throw truncated({ file: name, fileBytes });
  const length = (await readBytes(path, name, 0, lengthBytes)).readBigUInt64LE();
  if (length > BigInt(longestHeader)) throw damagedFile(name, 'its header is impossibly long');
  const dataStart = lengthBytes + Number(length);
  if (dataStart > fileBytes) throw truncated({ file: name, fileBytes });
  const text = (await readBytes(path, name, lengthBytes, Number(length))).toString('utf8');
  const tensors = Object.entries(parseHeader(name, text))
    .filter(([tensor]) => tensor !== '__metadata__')
    .map(([tensor, entry]) => placeTensor(name, tensor, entry, dataStart));
  const last = tensors.reduce((end, tensor) => Math.max(end, tensor.offset + tensor.byteLength), 0);
  if (last > fileBytes) throw truncated({ file: name, fileBytes, neededBytes: last });
  refuseOverlaps(name, tensors);
  return tensors;
}

function parseHeader(name: string, text: string): Record<string, unknown> {
  try {
    return v.parse(headerSchema, JSON.parse(text));
  } catch {
    throw damagedFile(name, 'its header makes no sense');
  }
}

function placeTensor(file: string, name: string, entry: unknown, dataStart: number): SafeTensor {
  const read = v.safeParse(entrySchema, entry);
  if (!read.success) throw damagedFile(file, `its part "${name}" is described wrongly`);
  const { dtype, shape, data_offsets: offsets } = read.output;
  const bytesEach = typeBytes.get(dtype);
  if (bytesEach === undefined) throw typeUnsupported(name, dtype);
  const [begin, end] = offsets;
  const byteLength = shape.reduce((product, length) => product * length, bytesEach);
  if (end - begin !== byteLength) {
    throw damagedFile(file, `its part "${name}" has another size than its shape`);
  }
  return { name, dtype, shape, offset: dataStart + begin, byteLength };
}

function refuseOverlaps(file: string, tensors: readonly SafeTensor[]): void {
  const ordered = [...tensors].sort((a, b) => a.offset - b.offset || a.byteLength - b.byteLength);
  let end = 0;
  for (const { name, offset, byteLength } of ordered) {
    if (offset < end) throw damagedFile(file, `its part "${name}" lies over another one`);
    end = offset + byteLength;
  }
}

async function readBytes(
  path: string,
  name: string,
  start: number,
  length: number,
): Promise<Buffer> {
  if (length === 0) return Buffer.alloc(0);
  const parts: Buffer[] = [];
  try {
    const stream = createReadStream(path, { start, end: start + length - 1 });
    for await (const part of stream) parts.push(part as Buffer);
  } catch (error) {
    throw unreadableFile(name, error);
  }
  const bytes = Buffer.concat(parts);
  if (bytes.length < length) throw truncated({ file: name });
  return bytes;
}

/** The types whose numbers are read. */
export function readableType({ name, dtype }: SafeTensor): TensorType {
  if (dtype === 'F32' || dtype === 'F16' || dtype === 'BF16') return dtype;
  throw typeUnsupported(name, dtype);
}

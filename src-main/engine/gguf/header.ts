import { WinnowError } from '../../contract/errors.ts';
import { blockLayouts, rowBytes, tensorTypeOf, unreadableTypeName } from './block-types.ts';
import { damaged, formatUnsupported, notGguf, printable, truncated } from './faults.ts';
import { HeaderReader } from './header-reader.ts';
import { GgufMetadata, type MetadataValue } from './metadata.ts';
import type { GgufTensor } from './types.ts';

/** Far above any real file (a large one has some 60 entries and 2,000 tensors). */
const mostEntries = 1 << 16;
const smallestEntryBytes = 8 + 4 + 1;
const smallestTensorBytes = 8 + 4 + 8 + 4 + 8;
const defaultAlignment = 32;

export interface GgufHeader {
  version: number;
  metadata: GgufMetadata;
  tensors: Map<string, GgufTensor>;
}

/**
 * Reads and checks everything before the data (specification: docs/gguf.md of ggml).
 * @param descriptor an open file.
 * @throws model-not-gguf, model-format-unsupported, model-truncated, model-damaged, model-tensor-type-unsupported.
 */
export function readHeader(descriptor: number, fileBytes: number): GgufHeader {
  const reader = new HeaderReader(descriptor, fileBytes);
  const version = readVersion(reader, fileBytes);
  const tensorCount = readCount(reader);
  const entryCount = readCount(reader);
  reader.expect(tensorCount * smallestTensorBytes + entryCount * smallestEntryBytes);

  const metadata = readMetadata(reader, entryCount);
  const entries = Array.from({ length: tensorCount }, () => readTensorEntry(reader));
  const alignment = readAlignment(metadata);
  const dataStart = Math.ceil(reader.position / alignment) * alignment;
  const tensors = new Map<string, GgufTensor>();
  for (const entry of entries) {
    if (tensors.has(entry.name)) throw damaged(`it holds the tensor "${entry.name}" twice`);
    tensors.set(entry.name, placeTensor(entry, dataStart, alignment, fileBytes));
  }
  refuseOverlaps(tensors);
  return { version, metadata, tensors };
}

function readVersion(reader: HeaderReader, fileBytes: number): number {
  if (fileBytes < 4 || reader.bytes(4).toString('latin1') !== 'GGUF') throw notGguf();
  const version = reader.uint32();
  // The version is small, so a big-endian file shows it in the upper half.
  if (version !== 0 && (version & 0xffff) === 0) {
    throw formatUnsupported(
      'This model file was made for another kind of computer (its byte order is reversed).',
      'Choose the usual, little-endian, file of the same model.',
    );
  }
  if (version !== 2 && version !== 3) {
    throw formatUnsupported(
      `This model file is of GGUF version ${version}; Winnow reads versions 2 and 3.`,
      version < 2
        ? 'Choose a newer file of the same model.'
        : 'Look for a newer Winnow, or choose an older file of the same model.',
      { version },
    );
  }
  return version;
}

function readCount(reader: HeaderReader): number {
  const count = reader.size();
  if (count > mostEntries) throw damaged('it announces impossibly many entries', { count });
  return count;
}

function readMetadata(reader: HeaderReader, entryCount: number): GgufMetadata {
  const values = new Map<string, MetadataValue>();
  for (let entry = 0; entry < entryCount; entry++) {
    const key = reader.text();
    if (values.has(key)) throw damaged(`it holds the entry "${key}" twice`);
    values.set(key, reader.value());
  }
  return new GgufMetadata(values);
}

function readAlignment(metadata: GgufMetadata): number {
  const alignment = metadata.number('general.alignment') ?? defaultAlignment;
  if (!Number.isInteger(alignment) || alignment < 1 || alignment > 1 << 20) {
    throw damaged('its data is laid out in an impossible way', { alignment });
  }
  return alignment;
}

interface TensorEntry {
  name: string;
  shape: number[];
  typeNumber: number;
  offset: number;
}

function readTensorEntry(reader: HeaderReader): TensorEntry {
  const name = reader.text();
  const dimensions = reader.uint32();
  if (dimensions < 1 || dimensions > 4) {
    throw damaged(`its tensor "${name}" has ${dimensions} dimensions`);
  }
  // The file lists the fastest dimension first.
  const shape = Array.from({ length: dimensions }, () => reader.size()).reverse();
  return { name, shape, typeNumber: reader.uint32(), offset: reader.size() };
}

function placeTensor(
  { name, shape, typeNumber, offset }: TensorEntry,
  dataStart: number,
  alignment: number,
  fileBytes: number,
): GgufTensor {
  const type = tensorTypeOf(typeNumber);
  if (type === null) throw typeUnsupported(name, typeNumber);
  const columns = shape.at(-1) ?? 0;
  const elementCount = shape.reduce((product, length) => product * length, 1);
  if (elementCount < 1 || !Number.isSafeInteger(elementCount)) {
    throw damaged(`its tensor "${name}" has an impossible size`);
  }
  if (columns % blockLayouts[type].elements !== 0) {
    throw damaged(`the rows of its tensor "${name}" do not fit its type ${type}`, { columns });
  }
  if (offset % alignment !== 0) throw damaged(`its tensor "${name}" begins at a wrong place`);
  const byteLength = (elementCount / columns) * rowBytes(type, columns);
  if (dataStart + offset + byteLength > fileBytes) {
    throw truncated({ tensor: printable(name), fileBytes });
  }
  return { name, shape, type, offset: dataStart + offset, byteLength, elementCount };
}

function typeUnsupported(name: string, typeNumber: number): WinnowError {
  const typeName = unreadableTypeName(typeNumber);
  return new WinnowError(
    'model-tensor-type-unsupported',
    `This model is stored in a form that Winnow does not read (${typeName}).`,
    'Choose another file of the same model, for example one whose name says Q4_K_M, Q6_K or Q8_0.',
    { tensor: printable(name), type: typeName },
  );
}

function refuseOverlaps(tensors: ReadonlyMap<string, GgufTensor>): void {
  const ordered = [...tensors.values()].sort((a, b) => a.offset - b.offset);
  let end = 0;
  for (const tensor of ordered) {
    if (tensor.offset < end) throw damaged(`its tensor "${tensor.name}" lies over another one`);
    end = tensor.offset + tensor.byteLength;
  }
}

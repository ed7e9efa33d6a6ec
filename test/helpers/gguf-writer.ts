/** Writes GGUF files from plain descriptions, right or deliberately wrong ones. */

export type GgufEntry =
  | { kind: 'u32' | 'i32' | 'f32' | 'u64' | 'f64'; value: number }
  | { kind: 'bool'; value: boolean }
  | { kind: 'text'; value: string }
  | { kind: 'texts'; value: string[] }
  | { kind: 'i32s' | 'f32s' | 'u32s'; value: number[] };

export interface GgufTensorPart {
  name: string;
  /** Row-major. */
  shape: number[];
  typeNumber: number;
  bytes: Uint8Array;
  /** The offset to write instead of the right one. */
  offset?: number | bigint;
}

/** Everything that a file holds. */
export interface GgufParts {
  version: number;
  alignment: number;
  entries: Map<string, GgufEntry>;
  tensors: GgufTensorPart[];
}

const kindNumbers = { u32: 4, i32: 5, f32: 6, bool: 7, text: 8, u64: 10, f64: 12 } as const;
const listNumber = 9;

/** The whole file as bytes. */
export function ggufBytes(parts: GgufParts): Buffer {
  const header = [
    Buffer.from('GGUF'),
    uint32(parts.version),
    uint64(parts.tensors.length),
    uint64(parts.entries.size),
    ...[...parts.entries].flatMap(([key, entry]) => [text(key), value(entry)]),
  ];
  const data: Buffer[] = [];
  let offset = 0;
  for (const tensor of parts.tensors) {
    header.push(text(tensor.name), uint32(tensor.shape.length));
    header.push(...[...tensor.shape].reverse().map(uint64));
    header.push(uint32(tensor.typeNumber), uint64(tensor.offset ?? offset));
    const padded = pad(Buffer.from(tensor.bytes), parts.alignment);
    data.push(padded);
    offset += padded.length;
  }
  return Buffer.concat([pad(Buffer.concat(header), parts.alignment), ...data]);
}

export function uint32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}

export function uint64(number: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(number));
  return bytes;
}

export function text(characters: string): Buffer {
  const bytes = Buffer.from(characters, 'utf8');
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function value(entry: GgufEntry): Buffer {
  switch (entry.kind) {
    case 'text':
      return Buffer.concat([uint32(kindNumbers.text), text(entry.value)]);
    case 'texts':
      return list(kindNumbers.text, entry.value.map(text));
    case 'i32s':
      return list(kindNumbers.i32, entry.value.map(numberOf('i32')));
    case 'u32s':
      return list(kindNumbers.u32, entry.value.map(numberOf('u32')));
    case 'f32s':
      return list(kindNumbers.f32, entry.value.map(numberOf('f32')));
    case 'bool':
      return Buffer.concat([uint32(kindNumbers.bool), Buffer.from([entry.value ? 1 : 0])]);
    default:
      return Buffer.concat([uint32(kindNumbers[entry.kind]), numberOf(entry.kind)(entry.value)]);
  }
}

function numberOf(kind: 'u32' | 'i32' | 'f32' | 'u64' | 'f64'): (number: number) => Buffer {
  return (number) => {
    if (kind === 'u64') return uint64(number);
    const bytes = Buffer.alloc(kind === 'f64' ? 8 : 4);
    if (kind === 'u32') bytes.writeUInt32LE(number);
    if (kind === 'i32') bytes.writeInt32LE(number);
    if (kind === 'f32') bytes.writeFloatLE(number);
    if (kind === 'f64') bytes.writeDoubleLE(number);
    return bytes;
  };
}

function list(kindNumber: number, items: Buffer[]): Buffer {
  return Buffer.concat([uint32(listNumber), uint32(kindNumber), uint64(items.length), ...items]);
}

function pad(bytes: Buffer, alignment: number): Buffer {
  const rest = bytes.length % alignment;
  return rest === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(alignment - rest)]);
}

/** The scales and minima of stored blocks, where a value is scale · q + minimum with a whole q; exact in 64 bits. */
import { scaleOfQ3K } from './dequantise-few-bits.ts';
import { scaleOfIQ4XS, scaleOfMXFP4 } from './dequantise-table.ts';
import { halfTable } from './half.ts';
import type { TensorType } from './types.ts';

export interface BlockScale {
  scale: number;
  /** 0 in types that have none. */
  minimum: number;
}

/** Reads number `part` of the scales in the block that begins at `at`. */
type ReadScale = (bytes: Uint8Array, at: number, part: number) => BlockScale;

const onlyScale =
  (read: (bytes: Uint8Array, at: number, part: number) => number): ReadScale =>
  (bytes, at, part) => ({ scale: read(bytes, at, part), minimum: 0 });

const scaleFirst = onlyScale(halfAt);

const scaleAndMinimum: ReadScale = (bytes, at) => ({
  scale: halfAt(bytes, at),
  minimum: halfAt(bytes, at + 2),
});

const inSixBits: ReadScale = (bytes, at, part) => {
  const { scale, minimum } = sixBits(bytes, at + 4, part);
  return { scale: halfAt(bytes, at) * scale, minimum: -halfAt(bytes, at + 2) * minimum };
};

const readers: Partial<Record<TensorType, ReadScale>> = {
  Q4_0: scaleFirst,
  Q4_1: scaleAndMinimum,
  Q5_0: scaleFirst,
  Q5_1: scaleAndMinimum,
  Q8_0: scaleFirst,
  Q2_K: (bytes, at, part) => {
    const pair = bytes[at + part] ?? 0;
    return {
      scale: halfAt(bytes, at + 80) * (pair & 15),
      minimum: -halfAt(bytes, at + 82) * (pair >> 4),
    };
  },
  Q3_K: onlyScale((bytes, at, part) => halfAt(bytes, at + 108) * scaleOfQ3K(bytes, at + 96, part)),
  Q4_K: inSixBits,
  Q5_K: inSixBits,
  Q6_K: onlyScale((bytes, at, part) => {
    const scale = ((bytes[at + 192 + part] ?? 0) << 24) >> 24;
    return halfAt(bytes, at + 208) * scale;
  }),
  IQ4_NL: scaleFirst,
  IQ4_XS: onlyScale((bytes, at, part) => halfAt(bytes, at) * scaleOfIQ4XS(bytes, at + 2, part)),
  MXFP4: onlyScale((bytes, at) => scaleOfMXFP4(bytes[at] ?? 0)),
};

/** How a type's scales are read; undefined for plain numbers. */
export function blockScaleReader(type: TensorType): ReadScale | undefined {
  return readers[type];
}

/** Scale and minimum number `part` of the 12 bytes in which Q4_K and Q5_K pack eight of each (dequantise-k.ts). */
function sixBits(bytes: Uint8Array, at: number, part: number): BlockScale {
  const byte = (index: number) => bytes[at + index] ?? 0;
  if (part < 4) return { scale: byte(part) & 63, minimum: byte(part + 4) & 63 };
  return {
    scale: (byte(part + 4) & 15) | ((byte(part - 4) >> 6) << 4),
    minimum: (byte(part + 4) >> 4) | ((byte(part) >> 6) << 4),
  };
}

function halfAt(bytes: Uint8Array, at: number): number {
  return halfTable()[(bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)] ?? 0;
}

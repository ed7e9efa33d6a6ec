import type { TensorType } from './types.ts';

/** How a type stores numbers: `elements` consecutive numbers of a row share a block of `bytes`. */
interface BlockLayout {
  elements: number;
  bytes: number;
}

export const blockLayouts: Record<TensorType, BlockLayout> = {
  F32: { elements: 1, bytes: 4 },
  F16: { elements: 1, bytes: 2 },
  BF16: { elements: 1, bytes: 2 },
  Q4_0: { elements: 32, bytes: 18 },
  Q4_1: { elements: 32, bytes: 20 },
  Q5_0: { elements: 32, bytes: 22 },
  Q5_1: { elements: 32, bytes: 24 },
  Q8_0: { elements: 32, bytes: 34 },
  Q2_K: { elements: 256, bytes: 84 },
  Q3_K: { elements: 256, bytes: 110 },
  Q4_K: { elements: 256, bytes: 144 },
  Q5_K: { elements: 256, bytes: 176 },
  Q6_K: { elements: 256, bytes: 210 },
  IQ4_NL: { elements: 32, bytes: 18 },
  IQ4_XS: { elements: 256, bytes: 136 },
  MXFP4: { elements: 32, bytes: 17 },
};

/** The numbers by which a file names its types (enum ggml_type of llama.cpp). */
const typeNumbers: ReadonlyMap<number, TensorType> = new Map([
  [0, 'F32'],
  [1, 'F16'],
  [2, 'Q4_0'],
  [3, 'Q4_1'],
  [6, 'Q5_0'],
  [7, 'Q5_1'],
  [8, 'Q8_0'],
  [10, 'Q2_K'],
  [11, 'Q3_K'],
  [12, 'Q4_K'],
  [13, 'Q5_K'],
  [14, 'Q6_K'],
  [20, 'IQ4_NL'],
  [23, 'IQ4_XS'],
  [30, 'BF16'],
  [39, 'MXFP4'],
]);

/** Types that exist but that Winnow does not read, for the error's text. */
const otherTypeNames: ReadonlyMap<number, string> = new Map([
  [9, 'Q8_1'],
  [15, 'Q8_K'],
  [16, 'IQ2_XXS'],
  [17, 'IQ2_XS'],
  [18, 'IQ3_XXS'],
  [19, 'IQ1_S'],
  [21, 'IQ3_S'],
  [22, 'IQ2_S'],
  [24, 'I8'],
  [25, 'I16'],
  [26, 'I32'],
  [27, 'I64'],
  [28, 'F64'],
  [29, 'IQ1_M'],
  [34, 'TQ1_0'],
  [35, 'TQ2_0'],
]);

/** The type behind a file's number, or null where Winnow does not read it. */
export function tensorTypeOf(typeNumber: number): TensorType | null {
  return typeNumbers.get(typeNumber) ?? null;
}

/** A name for a type that Winnow does not read. */
export function unreadableTypeName(typeNumber: number): string {
  return otherTypeNames.get(typeNumber) ?? `type ${typeNumber}`;
}

/**
 * Bytes of one row of `columns` numbers.
 * @param columns must be a multiple of the type's block length, else the result is not whole.
 */
export function rowBytes(type: TensorType, columns: number): number {
  const layout = blockLayouts[type];
  return (columns / layout.elements) * layout.bytes;
}

/** Types of tensors' elements, as TensorProto.DataType numbers them. */

/** Bits of one element, for the types whose data can be cut out of a file. */
const bitsOf = new Map([
  [1, 32],
  [2, 8],
  [3, 8],
  [4, 16],
  [5, 16],
  [6, 32],
  [7, 64],
  [9, 8],
  [10, 16],
  [11, 64],
  [12, 32],
  [13, 64],
  [16, 16],
  [17, 8],
  [18, 8],
  [19, 8],
  [20, 8],
  [21, 4],
  [22, 4],
  [23, 4],
]);

/** Bytes of a tensor; null for a type whose elements have no fixed size, or that is not known. */
export function tensorBytes(elementType: number, dims: readonly number[]): number | null {
  const bits = bitsOf.get(elementType);
  if (bits === undefined) return null;
  const elements = dims.reduce((product, length) => product * length, 1);
  return Math.ceil((elements * bits) / 8);
}

export const float32 = 1;
export const int32 = 6;
export const int64 = 7;
export const float16 = 10;

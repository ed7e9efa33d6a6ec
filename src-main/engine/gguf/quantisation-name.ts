import type { GgufFile } from './types.ts';

/** `general.file_type` (enum llama_ftype of llama.cpp). */
const fileTypeNames: ReadonlyMap<number, string> = new Map([
  [0, 'F32'],
  [1, 'F16'],
  [2, 'Q4_0'],
  [3, 'Q4_1'],
  [7, 'Q8_0'],
  [8, 'Q5_0'],
  [9, 'Q5_1'],
  [10, 'Q2_K'],
  [11, 'Q3_K_S'],
  [12, 'Q3_K_M'],
  [13, 'Q3_K_L'],
  [14, 'Q4_K_S'],
  [15, 'Q4_K_M'],
  [16, 'Q5_K_S'],
  [17, 'Q5_K_M'],
  [18, 'Q6_K'],
  [21, 'Q2_K_S'],
  [25, 'IQ4_NL'],
  [30, 'IQ4_XS'],
  [32, 'BF16'],
]);

/** The quantisation as the packagers name it, else the type in which most of the numbers are stored. */
export function quantisationName({ metadata, tensors }: GgufFile): string {
  const named = fileTypeNames.get(metadata.number('general.file_type') ?? -1);
  if (named !== undefined) return named;
  const counts = new Map<string, number>();
  for (const { type, elementCount } of tensors.values()) {
    counts.set(type, (counts.get(type) ?? 0) + elementCount);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? '';
}

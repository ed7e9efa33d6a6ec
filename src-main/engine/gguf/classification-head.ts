/**
 * The head of a decoder that was trained to judge texts instead of writing them, as llama.cpp's converter stores it:
 * `cls.output` (and, before it, `cls` with a tanh) over the last token's hidden state.
 */
import { damaged, tensorMissing } from './faults.ts';
import type { ClassificationHead, GgufFile, GgufTensor } from './types.ts';

/** The tensors of a head, its outputs and the layer before them. */
export const headTensors = {
  outputs: 'cls.output.weight',
  bias: 'cls.output.bias',
  dense: 'cls.weight',
  denseBias: 'cls.bias',
} as const;

/**
 * The head that a file carries; null where it carries none.
 * @throws model-damaged where the names of its outputs are not as many as its outputs
 */
export function readHead(file: GgufFile, architecture: string): ClassificationHead | null {
  const outputs = file.tensors.get(headTensors.outputs);
  if (outputs === undefined) return null;
  const [length = 1] = matrixShape(outputs);
  const names = file.metadata.texts(`${architecture}.classifier.output_labels`) ?? [];
  if (names.length > 0 && names.length !== length) {
    throw damaged(`its head has ${length} outputs but ${names.length} names for them`);
  }
  return {
    labels: Array.from({ length }, (_, index) => names[index] ?? `LABEL_${index}`),
    bias: file.tensors.has(headTensors.bias),
    dense: file.tensors.has(headTensors.dense),
    denseBias: file.tensors.has(headTensors.denseBias),
  };
}

/** The shapes of a head's tensors, row-major. */
export function headShapes(head: ClassificationHead, width: number): Record<string, number[]> {
  const outputs = head.labels.length;
  return {
    [headTensors.outputs]: [outputs, width],
    ...(head.bias ? { [headTensors.bias]: [outputs] } : {}),
    ...(head.dense ? { [headTensors.dense]: [width, width] } : {}),
    ...(head.denseBias ? { [headTensors.denseBias]: [width] } : {}),
  };
}

/** Programs that write a file again drop the axis of a single row. */
export function matrixShape({ shape }: GgufTensor): number[] {
  return shape.length === 1 ? [1, ...shape] : shape;
}

/** The same file, its head a matrix even where it has a single row. Throws model-tensor-missing where there is no head. */
export function withHeadAsMatrix(file: GgufFile): GgufFile {
  const outputs = file.tensors.get(headTensors.outputs);
  if (outputs === undefined) throw tensorMissing(headTensors.outputs);
  const matrix = { ...outputs, shape: matrixShape(outputs) };
  return {
    ...file,
    tensors: new Map(file.tensors).set(headTensors.outputs, matrix),
    read: (tensor) => file.read(tensor === matrix ? outputs : tensor),
  };
}

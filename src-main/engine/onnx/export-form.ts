/** In which form an export keeps its weights and computes, read off its operators and tensors. */
import type { DeviceName } from '../../contract/engine.ts';
import { float16, float32 } from './element-types.ts';
import { decoded, type ExportedModel } from './read-model.ts';
import { decodeNode, type NodeHeader } from './schema.ts';

/** `fp16` behind a number of bits: what is not multiplied by the stored weights is computed in halves too. */
export type FormName = 'fp32' | 'fp16' | '8-bit' | '4-bit' | '8-bit fp16' | '4-bit fp16' | 'int8';

/** Operators that round all rows of a batch by one common scale. */
const commonScale = ['DynamicQuantizeLinear', 'DynamicQuantizeMatMul', 'QAttention'];
const fewBits = new Set(['MatMulNBits', 'MatMulBnb4']);
const storedIn = { int8: [2, 3], int4: [21, 22] };

export function formOf(model: ExportedModel): FormName {
  const nodes = model.nodes.map((node) => decoded(node, decodeNode));
  if (nodes.some(({ opType }) => commonScale.includes(opType))) return 'int8';
  const bits = weightBits(model, nodes);
  const halves = bytesIn(model, [float16]) > bytesIn(model, [float32]);
  if (bits === null) return halves ? 'fp16' : 'fp32';
  if (bits > 4) return halves ? '8-bit fp16' : '8-bit';
  return halves ? '4-bit fp16' : '4-bit';
}

/** Bits of the stored weights; null where they are stored as fractions. */
function weightBits(model: ExportedModel, nodes: readonly NodeHeader[]): number | null {
  const product = nodes.find(({ opType }) => fewBits.has(opType));
  if (product !== undefined) {
    return product.attribute.find(({ name }) => name === 'bits')?.i ?? 4;
  }
  const [few, more] = [bytesIn(model, storedIn.int4), bytesIn(model, storedIn.int8)];
  const fractions = bytesIn(model, [float16, float32]);
  if (2 * few > more + fractions) return 4;
  return more > fractions ? 8 : null;
}

function bytesIn({ tensors }: ExportedModel, types: readonly number[]): number {
  return tensors
    .filter(({ elementType }) => types.includes(elementType))
    .reduce((sum, { data }) => sum + (data?.length ?? 0), 0);
}

/**
 * Whether rows that are computed together change each other's numbers: through a common scale, or, on the processor, in
 * onnxruntime's products of 4-bit weights in halves, whose sums depend on how many rows there are.
 */
export function rowsChangeEachOther(form: FormName, device: DeviceName): boolean {
  return form === 'int8' || (device === 'cpu' && form.endsWith(' fp16'));
}

/** The best first: on a processor what is exact and fast there, on a graphics card what is small and fast there. */
export function preferredForms(device: DeviceName): readonly FormName[] {
  return device === 'cpu'
    ? ['fp32', '8-bit', '4-bit', 'fp16', 'int8', '8-bit fp16', '4-bit fp16']
    : ['fp16', '8-bit fp16', '4-bit fp16', '8-bit', '4-bit', 'fp32', 'int8'];
}

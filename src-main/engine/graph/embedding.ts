/**
 * The embedding's rows. A tied model needs the same numbers twice: packed for the output product, and row by row here.
 * So that they do not take their full size again, the rows stay in their stored blocks where these are simple, and only
 * the rows that are looked up are turned into numbers.
 */
import { dequantise } from '../gguf/dequantise.ts';
import { tensorMissing } from '../gguf/faults.ts';
import { halfTable } from '../gguf/half.ts';
import type { GgufFile, ModelFacts } from '../gguf/types.ts';
import type { GraphBuilder } from './graph-builder.ts';
import type { ModelWeights } from './model-weights.ts';
import type { WeightsFile } from './weights-file.ts';

const blockLength = 32;

/** Writes the embedding and returns how a graph looks rows up. The numbers equal the dequantised ones bit for bit. */
export async function storeEmbedding(
  model: GgufFile,
  facts: ModelFacts,
  file: WeightsFile,
): Promise<ModelWeights['embed']> {
  const tensor = model.tensors.get('token_embd.weight');
  if (tensor === undefined) throw tensorMissing('token_embd.weight');
  const bytes = await model.read(tensor);
  if (tensor.type === 'Q8_0') {
    await storeBlocks(facts, file, bytes);
    return (graph, tokens) => embedBlocks(graph, facts, tokens);
  }
  if (tensor.type === 'F16') {
    await file.add('embedding', 'float16', tensor.shape, [bytes]);
    return (graph, tokens) =>
      graph.node('Cast', [graph.node('Gather', ['embedding', tokens], { axis: 0 })], { to: 1 });
  }
  await file.add('embedding', 'float32', tensor.shape, [dequantise(tensor.type, bytes)]);
  return (graph, tokens) => graph.node('Gather', ['embedding', tokens], { axis: 0 });
}

/** Bytes that the embedding's rows take, as storeEmbedding() keeps them. */
export function embeddingBytes(model: GgufFile): number {
  const tensor = model.tensors.get('token_embd.weight');
  if (tensor === undefined) throw tensorMissing('token_embd.weight');
  const { type, elementCount } = tensor;
  if (type === 'Q8_0') return elementCount + (4 * elementCount) / blockLength;
  return elementCount * (type === 'F16' ? 2 : 4);
}

/** Q8_0, blocks of a half-precision scale and 32 signed bytes: kept apart as bytes and fp32 scales. */
async function storeBlocks(facts: ModelFacts, file: WeightsFile, bytes: Uint8Array): Promise<void> {
  const halves = halfTable();
  const blocks = bytes.length / (2 + blockLength);
  const numbers = new Int8Array(blocks * blockLength);
  const scales = new Float32Array(blocks);
  for (let block = 0; block < blocks; block++) {
    const at = block * (2 + blockLength);
    scales[block] = halves[(bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)] ?? 0;
    numbers.set(
      new Int8Array(bytes.buffer, bytes.byteOffset + at + 2, blockLength),
      block * blockLength,
    );
  }
  const inRow = facts.width / blockLength;
  await file.add('embedding', 'int8', [facts.vocabularySize, inRow, blockLength], [numbers]);
  await file.add('embedding-scales', 'float32', [facts.vocabularySize, inRow, 1], [scales]);
}

function embedBlocks(graph: GraphBuilder, { width }: ModelFacts, tokens: string): string {
  const numbers = graph.node('Gather', ['embedding', tokens], { axis: 0 });
  const scales = graph.node('Gather', ['embedding-scales', tokens], { axis: 0 });
  const values = graph.node('Mul', [graph.node('Cast', [numbers], { to: 1 }), scales]);
  return graph.node('Reshape', [values, graph.integers([-1, width])]);
}

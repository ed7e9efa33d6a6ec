/**
 * What an exported decoder takes of the memory, from its graph alone. How onnxruntime keeps the numbers of an export
 * depends on its operators, so this is coarser than for Winnow's own graphs (generator-memory.ts): measured on four
 * exports of one model of 135 M parameters.
 */
import type { CacheGeometry, DeviceName } from '../../contract/engine.ts';
import type { ModelMemory } from '../../contract/model-memory.ts';
import { readingBytes, tokenizerBytes } from '../generator/generator-memory.ts';
import type { ExportVariant } from './export-folder.ts';

/** Vectors as long as the vocabulary that a row has at once: logits in the export's way and the sampler's. */
const logitVectors = 8;

export function exportMemory(
  variant: ExportVariant,
  geometry: CacheGeometry,
  device: DeviceName,
): ModelMemory {
  const { vocabularySize } = variant.shape;
  const logits = vocabularySize * 4;
  return {
    weights: weightsInMemory(variant, device),
    tokenizer: tokenizerBytes(vocabularySize),
    loading: readingBytes,
    // Packed out of the mapped file; what is only looked up is not read before it writes.
    mapped: variant.weightBytes - (vocabularyMatrices(variant)[0] ?? 0),
    kept: 0,
    working: 2 * geometry.chunkTokens * logits,
    perRow: logitVectors * logits,
    cacheBytesPerToken: geometry.bytesPerToken,
  };
}

/** Bytes of the weights as they are computed with. */
export function weightsInMemory(variant: ExportVariant, device: DeviceName): number {
  const { form, weightBytes } = variant;
  const [embedding = 0, ...others] = vocabularyMatrices(variant);
  // One matrix for embedding and logits is there twice: as it is, and turned around and packed for its product.
  const turned = others.length === 0 ? embedding : 0;
  // Processors compute in 32 bits, and keep what they have widened.
  const widened = form === 'fp16' && device === 'cpu' ? 2 * weightBytes : 0;
  return weightBytes + turned + widened;
}

/** Bytes of the embedding, and of the logits' matrix where that is another one. */
function vocabularyMatrices({ model, shape }: ExportVariant): number[] {
  return model.tensors
    .filter(({ dims }) => dims.length === 2 && dims.includes(shape.vocabularySize))
    .map(({ data }) => data?.length ?? 0);
}

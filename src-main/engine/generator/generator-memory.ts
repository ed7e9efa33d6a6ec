/** What a generator takes of the memory, from its description alone: nothing is loaded. docs/memory.md has the measures. */
import type { ModelMemory } from '../../contract/model-memory.ts';
import type { GgufFile, ModelFacts } from '../gguf/types.ts';
import { embeddingBytes } from '../graph/embedding.ts';
import { linearParts, tensorOf } from '../graph/tensor-names.ts';
import { blockKind } from '../graph/weight-blocks.ts';
import { weightBytes } from './choose-form.ts';
import type { LinearForm } from '../../contract/engine.ts';

/** A vocabulary's texts, merges and their tables in JavaScript: measured at 18,000, 49,000 and 128,000 tokens. */
export const tokenizerBytes = (vocabularySize: number): number => 25e6 + 1800 * vocabularySize;

/** Vectors as long as the vocabulary that a row has at once in the sampler: logits, probabilities, their sums. */
const logitVectors = 2;

/** Buffers of the file that is read and checked, until JavaScript has cleared them away. */
export const readingBytes = 50e6;

/** Tokens of a prompt that are computed at once, as rows without logits. */
const promptRows = 64;

export function generatorMemory(file: GgufFile, facts: ModelFacts, form: LinearForm): ModelMemory {
  const linear = weightBytes(file, facts, form);
  const embedding = embeddingBytes(file);
  const { layers, keyValueHeads, headSize, vocabularySize } = facts;
  return {
    weights: linear + packingBytes(file, facts, form) + embedding,
    tokenizer: tokenizerBytes(vocabularySize),
    loading: readingBytes,
    // onnxruntime packs the linear layers out of the mapped file; the embedding's part of it is not read before it writes.
    mapped: Math.max(0, linear - embedding),
    kept: 0,
    working: promptRows * activationBytes(facts),
    perRow: logitVectors * vocabularySize * 4 + activationBytes(facts),
    // Keys and values, in fp32.
    cacheBytesPerToken: layers * keyValueHeads * headSize * 2 * 4,
  };
}

/** With products of stored blocks onnxruntime keeps one more number for each block. */
function packingBytes(file: GgufFile, facts: ModelFacts, form: LinearForm): number {
  if (form !== 'stored') return 0;
  let blocks = 0;
  for (const name of linearParts(facts).flatMap(([, names]) => names)) {
    const { type, elementCount } = tensorOf(file, name);
    blocks += elementCount / (blockKind(type)?.blockLength ?? Infinity);
  }
  return 4 * blocks;
}

/** The vectors of one row in one layer: what goes into and out of its widest products. */
function activationBytes({ width, heads, keyValueHeads, headSize, feedForward }: ModelFacts) {
  const attention = (heads + 2 * keyValueHeads) * headSize;
  return 4 * (4 * width + 2 * attention + 3 * feedForward);
}

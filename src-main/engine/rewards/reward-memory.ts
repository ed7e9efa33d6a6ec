/** What a reward model in ONNX form takes of the memory, from its files alone. docs/memory.md has the measures. */
import { basename } from 'node:path';
import * as v from 'valibot';
import type { ModelMemory } from '../../contract/model-memory.ts';
import type { ModelFolder } from '../folders/model-folder.ts';
import { decoded, readExportedModel, type ExportedModel } from '../onnx/read-model.ts';
import { decodeNode } from '../onnx/schema.ts';
import { makePace } from './pace.ts';

/** Bytes of an element of ONNX's types as the processor computes with it: 16-bit numbers are widened. */
const elementBytes: Record<number, number> = {
  1: 4,
  2: 1,
  3: 1,
  6: 4,
  7: 8,
  9: 1,
  10: 4,
  11: 8,
  16: 4,
};

/**
 * @param file the ONNX file's name in the folder
 * @param windowTokens the most tokens that it reads at once
 * @throws model-damaged, model-truncated, model-unreadable, model-format-unsupported of the ONNX file
 */
export async function rewardMemory(
  folder: ModelFolder,
  file: string,
  windowTokens: number,
): Promise<ModelMemory> {
  const model = await readExportedModel(folder, file);
  const sizes = await readSizes(folder);
  const own = (await model.files.find(basename(file))).sizeBytes;
  const all = model.files.all().reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return {
    weights: weightBytes(model),
    // Measured with 30,000 tokens.
    tokenizer: 800 * sizes.vocab_size,
    // The file's own bytes, until its numbers are where they are computed with; onnxruntime maps those beside it.
    loading: own,
    mapped: all - own,
    kept: 0,
    working: batchBytes(sizes, windowTokens),
    perRow: 0,
    cacheBytesPerToken: 0,
  };
}

/** Operators that onnxruntime applies to constants once, when it loads them. */
const widening = ['DequantizeLinear', 'Cast'];

/** Weights that are stored in 8 bits and dequantised by the graph are held as the 32 bits that they become. */
function weightBytes({ nodes, tensors }: ExportedModel): number {
  const widened = new Set(
    nodes
      .map((node) => decoded(node, decodeNode))
      .filter(({ opType }) => widening.includes(opType))
      .map(({ input }) => input[0]),
  );
  return tensors.reduce((sum, { dims, elementType, name }) => {
    const elements = dims.reduce((product, length) => product * length, 1);
    return sum + elements * (widened.has(name) ? 4 : (elementBytes[elementType] ?? 1));
  }, 0);
}

const count = v.fallback(v.pipe(v.number(), v.integer(), v.minValue(1)), 1);
const configSchema = v.object({
  hidden_size: v.fallback(count, 768),
  num_attention_heads: v.fallback(count, 12),
  intermediate_size: v.fallback(count, 3072),
  vocab_size: v.fallback(count, 32_000),
});
type Sizes = v.InferOutput<typeof configSchema>;

async function readSizes(folder: ModelFolder): Promise<Sizes> {
  const read = await folder.readJson('config.json', configSchema).catch(() => null);
  return read ?? v.parse(configSchema, {});
}

/** The most that any batch takes (pace.ts): attention's scores and probabilities, and the vectors of one layer. */
function batchBytes(sizes: Sizes, windowTokens: number): number {
  const { hidden_size: hidden, num_attention_heads: heads, intermediate_size: inner } = sizes;
  const pace = makePace(windowTokens);
  let most = 0;
  for (let length = 32; length < windowTokens + 32; length += 32) {
    const tokens = Math.min(length, windowTokens);
    const perRow = 2 * heads * tokens * tokens + tokens * (4 * hidden + 2 * inner);
    most = Math.max(most, 4 * perRow * pace.mostRows(tokens));
  }
  return most;
}

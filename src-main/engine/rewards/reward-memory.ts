/** What a reward model in ONNX form takes of the memory, from its files alone. docs/memory.md has the measures. */
import { readFile, stat } from 'node:fs/promises';
import protobuf from 'protobufjs';
import * as v from 'valibot';
import type { ModelMemory } from '../../contract/model-memory.ts';
import type { ModelFolder } from '../folders/model-folder.ts';
import { makePace } from './pace.ts';

/** The few fields of onnx.proto that say how many numbers a model holds; the rest is skipped. */
const modelProto = protobuf.Root.fromJSON({
  nested: {
    Tensor: {
      fields: {
        dims: { rule: 'repeated', type: 'int64', id: 1 },
        dataType: { type: 'int32', id: 2 },
        name: { type: 'string', id: 8 },
      },
    },
    Node: {
      fields: {
        input: { rule: 'repeated', type: 'string', id: 1 },
        opType: { type: 'string', id: 4 },
      },
    },
    Graph: {
      fields: {
        node: { rule: 'repeated', type: 'Node', id: 1 },
        initializer: { rule: 'repeated', type: 'Tensor', id: 5 },
      },
    },
    Model: { fields: { graph: { type: 'Graph', id: 7 } } },
  },
}).lookupType('Model');

const graphSchema = v.object({
  graph: v.object({
    node: v.optional(
      v.array(v.object({ input: v.optional(v.array(v.string()), []), opType: v.string() })),
      [],
    ),
    initializer: v.optional(
      v.array(
        v.object({
          dims: v.optional(v.array(v.number()), []),
          dataType: v.number(),
          name: v.string(),
        }),
      ),
      [],
    ),
  }),
});

/** Larger ONNX files than this are not read for their tables; their size has to do. */
const longestRead = 512e6;

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
 * @param windowTokens the most tokens that it reads at once
 * @returns what it takes; a model that cannot be read is as large as its file
 */
export async function rewardMemory(
  folder: ModelFolder,
  modelPath: string,
  windowTokens: number,
): Promise<ModelMemory> {
  const sizeBytes = (await stat(modelPath)).size;
  const sizes = await readSizes(folder);
  return {
    weights: await weightBytes(modelPath, sizeBytes),
    // Measured with 30,000 tokens.
    tokenizer: 800 * sizes.vocab_size,
    // The file's own bytes, until its numbers are where they are computed with.
    loading: sizeBytes,
    mapped: 0,
    kept: 0,
    working: batchBytes(sizes, windowTokens),
    perRow: 0,
    cacheBytesPerToken: 0,
  };
}

/** Operators that onnxruntime applies to constants once, when it loads them. */
const widening = ['DequantizeLinear', 'Cast'];

/** Weights that are stored in 8 bits and dequantised by the graph are held as the 32 bits that they become. */
async function weightBytes(modelPath: string, sizeBytes: number): Promise<number> {
  if (sizeBytes > longestRead) return sizeBytes;
  try {
    const message = modelProto.decode(await readFile(modelPath));
    const plain = modelProto.toObject(message, { longs: Number });
    const { node, initializer } = v.parse(graphSchema, plain).graph;
    const widened = new Set(
      node.filter(({ opType }) => widening.includes(opType)).map(({ input }) => input[0]),
    );
    return initializer.reduce((sum, { dims, dataType, name }) => {
      const elements = dims.reduce((product, length) => product * length, 1);
      return sum + elements * (widened.has(name) ? 4 : (elementBytes[dataType] ?? 1));
    }, 0);
  } catch {
    return sizeBytes;
  }
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

/**
 * A decoder as current exporters write it for transformers.js: GroupQueryAttention with its own rotation, norms fused
 * with the addition before them, the cache in and out, logits of the last token only. The inputs and outputs have the
 * names that transformers.js looks for.
 */
import { rotationTables } from '../../../../src-main/engine/generator/rotation.ts';
import type { ModelFacts } from '../../../../src-main/engine/gguf/types.ts';
import { GraphBuilder } from '../../../../src-main/engine/graph/graph-builder.ts';
import type { WeightsFile } from '../../../../src-main/engine/graph/weights-file.ts';
import type { NamedTensor } from './tensors.ts';

const tables = { cosines: 'cos_cache', sines: 'sin_cache' };
const joined = (layer: number) => `model.layers.${layer}.self_attn.qkv_proj.weight`;

/** Writes the weights beside the graph; queries, keys and values of a layer are joined into one product. */
export async function storeWeights(
  tensors: readonly NamedTensor[],
  facts: ModelFacts,
  file: WeightsFile,
): Promise<void> {
  const waiting: { rows: number; values: Float32Array }[] = [];
  for (const { name, shape, read } of tensors) {
    const values = await read();
    const layer = /layers\.(\d+)\.self_attn\.[qkv]_proj/.exec(name)?.[1];
    if (layer === undefined) {
      await file.add(name, 'float32', shape, [values]);
      continue;
    }
    waiting.push({ rows: shape[0] ?? 0, values });
    if (waiting.length < 3) continue;
    const rows = waiting.reduce((sum, part) => sum + part.rows, 0);
    const parts = waiting.splice(0).map((part) => part.values);
    await file.add(joined(Number(layer)), 'float32', [rows, facts.width], parts);
  }
  const { ropes } = rotationTables(facts, 0, facts.contextLength);
  for (const { cosines, sines } of ropes.slice(0, 1)) {
    const shape = [facts.contextLength, facts.ropeDimension / 2];
    await file.add(tables.cosines, 'float32', shape, [cosines]);
    await file.add(tables.sines, 'float32', shape, [sines]);
  }
}

/** The graph over those weights. */
export function decoderGraph(facts: ModelFacts): GraphBuilder {
  const graph = new GraphBuilder('decoder');
  declareInputs(graph, facts);
  const normed = layersOf(graph, facts);
  const last = graph.node('Gather', [normed, graph.integers([-1])], { axis: 1 });
  const output = facts.tiedOutput ? 'model.embed_tokens.weight' : 'lm_head.weight';
  graph.nodes('FusedMatMul', [last, output], ['logits'], { transB: 1 });
  graph.output('logits', 'float32', ['batch_size', 1, facts.vocabularySize]);
  return graph;
}

function declareInputs(graph: GraphBuilder, facts: ModelFacts): void {
  const { layers, keyValueHeads, headSize } = facts;
  graph.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  graph.input('attention_mask', 'int64', ['batch_size', 'total_sequence_length']);
  const shape = ['batch_size', keyValueHeads, 'past_sequence_length', headSize];
  for (let layer = 0; layer < layers; layer++) {
    graph.input(`past_key_values.${layer}.key`, 'float32', shape);
    graph.input(`past_key_values.${layer}.value`, 'float32', shape);
  }
}

/** The hidden state after all layers and the last norm. */
function layersOf(graph: GraphBuilder, facts: ModelFacts): string {
  const { layers, rmsEpsilon } = facts;
  const epsilon = { float: rmsEpsilon };
  const lengths = maskLengths(graph);
  const scalesBefore = (layer: number) =>
    layer < layers ? `model.layers.${layer}.input_layernorm.weight` : 'model.norm.weight';
  let hidden = graph.node('Gather', ['model.embed_tokens.weight', 'input_ids'], { axis: 0 });
  let normed = graph.node('SimplifiedLayerNormalization', [hidden, scalesBefore(0)], {
    axis: -1,
    epsilon,
  });
  const add = (branch: string, scales: string) => {
    const inputs = [hidden, branch, scales];
    const outputs = graph.nodes('SkipSimplifiedLayerNormalization', inputs, 4, { epsilon });
    [normed = '', , , hidden = ''] = outputs;
  };
  for (let layer = 0; layer < layers; layer++) {
    const inLayer = (name: string) => `model.layers.${layer}.${name}`;
    const mixed = attention(graph, facts, { layer, x: normed, ...lengths });
    const projected = linear(graph, mixed, inLayer('self_attn.o_proj'));
    add(projected, inLayer('post_attention_layernorm.weight'));
    const gate = linear(graph, normed, inLayer('mlp.gate_proj'));
    const opened = graph.node('Mul', [gate, graph.node('Sigmoid', [gate])]);
    const product = graph.node('Mul', [opened, linear(graph, normed, inLayer('mlp.up_proj'))]);
    add(linear(graph, product, inLayer('mlp.down_proj')), scalesBefore(layer + 1));
  }
  return normed;
}

/** What GroupQueryAttention wants to know of the mask: each row's last place, and the longest row's length. */
function maskLengths(graph: GraphBuilder): { lastPlaces: string; longest: string } {
  const toInt32 = (value: string) => graph.node('Cast', [value], { to: 6 });
  const tokens = graph.node('ReduceSum', ['attention_mask', graph.integers([1])], { keepdims: 0 });
  const lengths = graph.node('Shape', ['attention_mask']);
  return {
    lastPlaces: toInt32(graph.node('Sub', [tokens, graph.integers([1])])),
    longest: toInt32(graph.node('Gather', [lengths, graph.integers(1)], { axis: 0 })),
  };
}

function attention(
  graph: GraphBuilder,
  { heads, keyValueHeads, attentionScale, headSize }: ModelFacts,
  {
    layer,
    x,
    lastPlaces,
    longest,
  }: {
    layer: number;
    x: string;
    lastPlaces: string;
    longest: string;
  },
): string {
  const packed = graph.node('FusedMatMul', [x, joined(layer)], { transB: 1 });
  const past = [`past_key_values.${layer}.key`, `past_key_values.${layer}.value`];
  const present = [`present.${layer}.key`, `present.${layer}.value`];
  const output = `attention.${layer}`;
  graph.nodes(
    'GroupQueryAttention',
    [packed, '', '', ...past, lastPlaces, longest, tables.cosines, tables.sines],
    [output, ...present],
    {
      num_heads: heads,
      kv_num_heads: keyValueHeads,
      scale: { float: attentionScale },
      do_rotary: 1,
    },
  );
  for (const name of present) {
    graph.output(name, 'float32', ['batch_size', keyValueHeads, 'total_sequence_length', headSize]);
  }
  return output;
}

function linear(graph: GraphBuilder, x: string, name: string): string {
  return graph.node('FusedMatMul', [x, `${name}.weight`], { transB: 1 });
}

/**
 * The reference: a decoder as exporters usually write it. One run reads one or more tokens of every row and gives the
 * logits of the last one; the cache goes in and comes out. No loop, no sampler, no shared prompt, no blocks.
 */
import { GraphBuilder } from './graph-builder.ts';
import type { DecoderShape, ModelWeights } from './model-weights.ts';

export const stepInputs = {
  /** int64 `[ROWS, TOKENS]` */
  tokens: 'tokens',
  /** int64 `[ROWS, TOKENS]`: lines of the rotation tables. */
  lines: 'lines',
  /** fp32 `[LINES, ropeDimension / 2]` */
  cosines: 'cosines',
  sines: 'sines',
  /** fp32 `[TOKENS, PAST + TOKENS]`, added to the scores. */
  mask: 'mask',
  /** fp32 `[ROWS, kvHeads, PAST, headSize]` */
  pastKeys: (layer: number) => `past-keys.${layer}`,
  pastValues: (layer: number) => `past-values.${layer}`,
} as const;

export const stepOutputs = {
  /** fp32 `[ROWS, vocabulary]` */
  logits: 'logits',
  /** fp32 `[ROWS, kvHeads, PAST + TOKENS, headSize]` */
  keys: (layer: number) => `keys.${layer}`,
  values: (layer: number) => `values.${layer}`,
} as const;

/** Builds the reference graph of a llama-like decoder, on the same weights as the decode graph. */
export function buildStepGraph(shape: DecoderShape, weights: ModelWeights): GraphBuilder {
  const graph = new GraphBuilder('winnow-step');
  const { keyValueHeads, headSize, ropeDimension, width } = shape;
  graph.input(stepInputs.tokens, 'int64', ['ROWS', 'TOKENS']);
  graph.input(stepInputs.lines, 'int64', ['ROWS', 'TOKENS']);
  graph.input(stepInputs.cosines, 'float32', ['LINES', ropeDimension / 2]);
  graph.input(stepInputs.sines, 'float32', ['LINES', ropeDimension / 2]);
  graph.input(stepInputs.mask, 'float32', ['TOKENS', 'ALL']);
  const flat = graph.node('Reshape', [stepInputs.tokens, graph.integers([-1])]);
  const rowsAndTokens = graph.node('Shape', [stepInputs.tokens]);
  const hiddenShape = graph.node('Concat', [rowsAndTokens, graph.integers([width])], { axis: 0 });
  let hidden = graph.node('Reshape', [weights.embed(graph, flat), hiddenShape]);
  for (let layer = 0; layer < shape.layers; layer++) {
    for (const name of [stepInputs.pastKeys(layer), stepInputs.pastValues(layer)]) {
      graph.input(name, 'float32', ['ROWS', keyValueHeads, 'PAST', headSize]);
    }
    const normed = norm(graph, shape, hidden, weights.norm(`layer.${layer}.attention-norm`));
    const attended = weights.linear(
      graph,
      `layer.${layer}.attention-output`,
      selfAttention(graph, shape, weights, layer, normed),
    );
    hidden = graph.node('Add', [hidden, attended]);
    const normedAgain = norm(
      graph,
      shape,
      hidden,
      weights.norm(`layer.${layer}.feed-forward-norm`),
    );
    hidden = graph.node('Add', [hidden, feedForward(graph, shape, weights, layer, normedAgain)]);
  }
  const last = graph.node('Gather', [hidden, graph.integers([-1])], { axis: 1 });
  const normed = norm(graph, shape, last, weights.norm('output-norm'));
  const logits = weights.linear(graph, 'output', normed);
  graph.nodes('Squeeze', [logits, graph.integers([1])], [stepOutputs.logits]);
  graph.output(stepOutputs.logits, 'float32', ['ROWS', shape.vocabularySize]);
  return graph;
}

function norm(graph: GraphBuilder, { rmsEpsilon }: DecoderShape, x: string, scales: string) {
  return graph.node('SimplifiedLayerNormalization', [x, scales], {
    axis: -1,
    epsilon: { float: rmsEpsilon },
  });
}

/** x `[ROWS, TOKENS, width]` → `[ROWS, TOKENS, heads · headSize]` */
function selfAttention(
  graph: GraphBuilder,
  shape: DecoderShape,
  weights: ModelWeights,
  layer: number,
  x: string,
): string {
  const { heads, keyValueHeads, headSize, ropeDimension } = shape;
  const keyLength = keyValueHeads * headSize;
  const sizes = graph.integers([heads * headSize, keyLength, keyLength]);
  const projected = weights.linear(graph, `layer.${layer}.query-key-value`, x);
  const [q = '', k = '', v = ''] = graph.nodes('Split', [projected, sizes], 3, { axis: 2 });
  const rotate = (value: string, count: number) =>
    graph.node('RotaryEmbedding', [value, stepInputs.lines, stepInputs.cosines, stepInputs.sines], {
      interleaved: shape.ropeInterleaved ? 1 : 0,
      num_heads: count,
      rotary_embedding_dim: ropeDimension === headSize ? 0 : ropeDimension,
    });
  const byHead = (value: string, count: number) =>
    graph.node(
      'Transpose',
      [graph.node('Reshape', [value, graph.integers([0, 0, count, headSize])])],
      {
        perm: [0, 2, 1, 3],
      },
    );
  const extend = (past: string, added: string, output: string) => {
    const [joined = ''] = graph.nodes('Concat', [past, added], [output], { axis: 2 });
    graph.output(joined, 'float32', ['ROWS', keyValueHeads, 'ALL', headSize]);
    return graph.node('Unsqueeze', [joined, graph.integers([2])]);
  };
  const newKeys = byHead(rotate(k, keyValueHeads), keyValueHeads);
  const newValues = byHead(v, keyValueHeads);
  const keys = extend(stepInputs.pastKeys(layer), newKeys, stepOutputs.keys(layer));
  const values = extend(stepInputs.pastValues(layer), newValues, stepOutputs.values(layer));
  const groups = heads / keyValueHeads;
  const perGroup = graph.integers([0, keyValueHeads, groups, -1, headSize]);
  const query = graph.node('Reshape', [byHead(rotate(q, heads), heads), perGroup]);
  const scores = graph.node('FusedMatMul', [query, keys], {
    transB: 1,
    alpha: { float: headSize ** -0.5 },
  });
  const seen = graph.node('Add', [scores, stepInputs.mask]);
  const mixed = graph.node('MatMul', [graph.node('Softmax', [seen], { axis: 4 }), values]);
  const heads4 = graph.node('Reshape', [mixed, graph.integers([0, heads, -1, headSize])]);
  const rowsFirst = graph.node('Transpose', [heads4], { perm: [0, 2, 1, 3] });
  return graph.node('Reshape', [rowsFirst, graph.integers([0, 0, heads * headSize])]);
}

function feedForward(
  graph: GraphBuilder,
  { feedForward: size }: DecoderShape,
  weights: ModelWeights,
  layer: number,
  x: string,
): string {
  const both = weights.linear(graph, `layer.${layer}.gate-up`, x);
  const sizes = graph.integers([size, size]);
  const [gate = '', up = ''] = graph.nodes('Split', [both, sizes], 2, { axis: 2 });
  const opened = graph.node('Mul', [gate, graph.node('Sigmoid', [gate])]);
  return weights.linear(graph, `layer.${layer}.down`, graph.node('Mul', [opened, up]));
}

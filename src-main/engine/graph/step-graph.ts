/**
 * The reference: a decoder as exporters usually write it. One run reads one or more tokens of every row and gives the
 * logits of the last one; the cache goes in and comes out. No loop, no sampler, no shared prompt, no blocks.
 */
import { capped, normedHeads, rmsNorm, scaled } from './arithmetic.ts';
import type { ClassificationHead } from '../gguf/types.ts';
import { GraphBuilder } from './graph-builder.ts';
import type { DecoderShape, ModelWeights, NormName } from './model-weights.ts';

export const stepInputs = {
  /** int64 `[ROWS, TOKENS]` */
  tokens: 'tokens',
  /** int64 `[ROWS, TOKENS]`: lines of the rotation tables. */
  lines: 'lines',
  /** fp32 `[LINES, ropeDimension / 2]`, for each rope. */
  cosines: (rope: number) => (rope === 0 ? 'cosines' : `cosines.${rope}`),
  sines: (rope: number) => (rope === 0 ? 'sines' : `sines.${rope}`),
  /** fp32 `[TOKENS, PAST + TOKENS]`, added to the scores. */
  mask: 'mask',
  /** The same for layers with a sliding window; only where there are any. */
  windowMask: 'window-mask',
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

/**
 * Builds the reference graph of a decoder, on the same weights as the decode graph.
 * @param logitsOf the token that is wanted of each row; `all` adds an axis to the logits, `[ROWS, TOKENS, vocabulary]`
 */
export function buildStepGraph(
  shape: DecoderShape,
  weights: ModelWeights,
  logitsOf: 'last' | 'all' = 'last',
): GraphBuilder {
  const graph = new GraphBuilder('winnow-step');
  const { keyValueHeads, headSize } = shape;
  declareInputs(graph, shape);
  let hidden = embedded(graph, shape, weights);
  const before = (name: NormName) =>
    shape.norms === 'after' ? hidden : rmsNorm(graph, shape, hidden, weights.norm(name));
  const add = (branch: string, after: NormName) => {
    const normed =
      shape.norms === 'before' ? branch : rmsNorm(graph, shape, branch, weights.norm(after));
    hidden = graph.node('Add', [hidden, scaled(graph, normed, shape.residualScale)]);
  };
  for (let layer = 0; layer < shape.layers; layer++) {
    for (const name of [stepInputs.pastKeys(layer), stepInputs.pastValues(layer)]) {
      graph.input(name, 'float32', ['ROWS', keyValueHeads, 'PAST', headSize]);
    }
    const read = before(`layer.${layer}.attention-norm`);
    const context = selfAttention(graph, shape, weights, layer, read);
    add(
      weights.linear(graph, `layer.${layer}.attention-output`, context),
      `layer.${layer}.attention-after-norm`,
    );
    const readAgain = before(`layer.${layer}.feed-forward-norm`);
    add(
      feedForward(graph, shape, weights, layer, readAgain),
      `layer.${layer}.feed-forward-after-norm`,
    );
  }
  const wanted =
    logitsOf === 'all' ? hidden : graph.node('Gather', [hidden, graph.integers([-1])], { axis: 1 });
  const logits = outputOf(graph, shape, weights, wanted);
  if (logitsOf === 'all') graph.nodes('Identity', [logits], [stepOutputs.logits]);
  else graph.nodes('Squeeze', [logits, graph.integers([1])], [stepOutputs.logits]);
  graph.output(stepOutputs.logits, 'float32');
  return graph;
}

/** All but the cache's, which each layer has for itself. */
function declareInputs(
  graph: GraphBuilder,
  { ropes, ropeDimension, slidingWindow }: DecoderShape,
): void {
  graph.input(stepInputs.tokens, 'int64', ['ROWS', 'TOKENS']);
  graph.input(stepInputs.lines, 'int64', ['ROWS', 'TOKENS']);
  for (const rope of ropes.keys()) {
    graph.input(stepInputs.cosines(rope), 'float32', ['LINES', ropeDimension / 2]);
    graph.input(stepInputs.sines(rope), 'float32', ['LINES', ropeDimension / 2]);
  }
  graph.input(stepInputs.mask, 'float32', ['TOKENS', 'ALL']);
  if (slidingWindow !== null) graph.input(stepInputs.windowMask, 'float32', ['TOKENS', 'ALL']);
}

/** `[ROWS, TOKENS, width]` */
function embedded(
  graph: GraphBuilder,
  { width, embeddingScale }: DecoderShape,
  weights: ModelWeights,
): string {
  const flat = graph.node('Reshape', [stepInputs.tokens, graph.integers([-1])]);
  const rowsAndTokens = graph.node('Shape', [stepInputs.tokens]);
  const hiddenShape = graph.node('Concat', [rowsAndTokens, graph.integers([width])], { axis: 0 });
  const vectors = graph.node('Reshape', [weights.embed(graph, flat), hiddenShape]);
  return scaled(graph, vectors, embeddingScale);
}

/** hidden `[ROWS, TOKENS, width]` → `[ROWS, TOKENS, vocabulary]`, or labels where it judges */
function outputOf(
  graph: GraphBuilder,
  shape: DecoderShape,
  weights: ModelWeights,
  hidden: string,
): string {
  const normed = rmsNorm(graph, shape, hidden, weights.norm('output-norm'));
  return shape.head === null
    ? logitsFrom(graph, shape, weights, normed)
    : judged(graph, shape.head, weights, normed);
}

/** x `[ROWS, TOKENS, width]` → `[ROWS, TOKENS, vocabulary]` */
function logitsFrom(
  graph: GraphBuilder,
  shape: DecoderShape,
  weights: ModelWeights,
  x: string,
): string {
  const raw = weights.linear(graph, 'output', scaled(graph, x, shape.logitScale));
  return capped(graph, raw, shape.logitCap);
}

/** x `[ROWS, TOKENS, width]` → what the model thinks of the text up to each token, `[ROWS, TOKENS, labels]` */
function judged(
  graph: GraphBuilder,
  { dense }: ClassificationHead,
  weights: ModelWeights,
  x: string,
): string {
  const read = dense ? graph.node('Tanh', [weights.linear(graph, 'head-dense', x)]) : x;
  return weights.linear(graph, 'head', read);
}

/** x `[ROWS, TOKENS, width]` → `[ROWS, TOKENS, heads · headSize]` */
function selfAttention(
  graph: GraphBuilder,
  shape: DecoderShape,
  weights: ModelWeights,
  layer: number,
  x: string,
): string {
  const { heads, keyValueHeads, headSize } = shape;
  const keyLength = keyValueHeads * headSize;
  const sizes = graph.integers([heads * headSize, keyLength, keyLength]);
  const projected = weights.linear(graph, `layer.${layer}.query-key-value`, x);
  const [q = '', k = '', v = ''] = graph.nodes('Split', [projected, sizes], 3, { axis: 2 });
  const rotate = (value: string, count: number, of: 'query' | 'key') =>
    rotated(graph, shape, weights, { layer, value, count, of });
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
  const newKeys = byHead(rotate(k, keyValueHeads, 'key'), keyValueHeads);
  const newValues = byHead(v, keyValueHeads);
  const keys = extend(stepInputs.pastKeys(layer), newKeys, stepOutputs.keys(layer));
  const values = extend(stepInputs.pastValues(layer), newValues, stepOutputs.values(layer));
  const groups = heads / keyValueHeads;
  const perGroup = graph.integers([0, keyValueHeads, groups, -1, headSize]);
  const query = graph.node('Reshape', [byHead(rotate(q, heads, 'query'), heads), perGroup]);
  const mixed = graph.node('MatMul', [probabilities(graph, shape, { layer, query, keys }), values]);
  const heads4 = graph.node('Reshape', [mixed, graph.integers([0, heads, -1, headSize])]);
  const rowsFirst = graph.node('Transpose', [heads4], { perm: [0, 2, 1, 3] });
  return graph.node('Reshape', [rowsFirst, graph.integers([0, 0, heads * headSize])]);
}

/** `[ROWS, kvHeads, groups, TOKENS, ALL]` */
function probabilities(
  graph: GraphBuilder,
  { attentionScale, scoreCap, layerKinds }: DecoderShape,
  { layer, query, keys }: { layer: number; query: string; keys: string },
): string {
  const attributes = { transB: 1, alpha: { float: attentionScale } };
  const scores = graph.node('FusedMatMul', [query, keys], attributes);
  const windowed = layerKinds[layer]?.windowed === true;
  const mask = windowed ? stepInputs.windowMask : stepInputs.mask;
  const seen = graph.node('Add', [capped(graph, scores, scoreCap), mask]);
  return graph.node('Softmax', [seen], { axis: 4 });
}

/** Queries or keys as the layer norms and rotates them. */
function rotated(
  graph: GraphBuilder,
  shape: DecoderShape,
  weights: ModelWeights,
  heads: { layer: number; value: string; count: number; of: 'query' | 'key' },
): string {
  const { layer, value, count, of } = heads;
  const { headSize, ropeDimension } = shape;
  const scales = () => weights.norm(`layer.${layer}.${of}-norm`);
  const normed =
    shape.queryKeyNorm === 'none'
      ? value
      : normedHeads(graph, shape, { x: value, heads: count, scales: scales() });
  const rope = shape.layerKinds[layer]?.rope ?? null;
  if (rope === null) return normed;
  const tables = [stepInputs.cosines(rope), stepInputs.sines(rope)];
  return graph.node('RotaryEmbedding', [normed, stepInputs.lines, ...tables], {
    interleaved: shape.ropeInterleaved ? 1 : 0,
    num_heads: count,
    rotary_embedding_dim: ropeDimension === headSize ? 0 : ropeDimension,
  });
}

function feedForward(
  graph: GraphBuilder,
  { feedForward: size, activation }: DecoderShape,
  weights: ModelWeights,
  layer: number,
  x: string,
): string {
  const both = weights.linear(graph, `layer.${layer}.gate-up`, x);
  const sizes = graph.integers([size, size]);
  const [gate = '', up = ''] = graph.nodes('Split', [both, sizes], 2, { axis: 2 });
  const opened =
    activation === 'gelu'
      ? gelu(graph, gate)
      : graph.node('Mul', [gate, graph.node('Sigmoid', [gate])]);
  return weights.linear(graph, `layer.${layer}.down`, graph.node('Mul', [opened, up]));
}

/** x / 2 · (1 + tanh(√(2/π) (x + 0.044715 x³))), as its models were trained with. */
function gelu(graph: GraphBuilder, x: string): string {
  const square = graph.node('Mul', [x, x]);
  const slope = graph.node('Add', [scaled(graph, square, 0.044715), graph.floats(1)]);
  const inner = scaled(graph, graph.node('Mul', [x, slope]), Math.sqrt(2 / Math.PI));
  const gate = graph.node('Add', [graph.node('Tanh', [inner]), graph.floats(1)]);
  return scaled(graph, graph.node('Mul', [x, gate]), 0.5);
}

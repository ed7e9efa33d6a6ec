import { capped } from './arithmetic.ts';
import type { GraphBuilder } from './graph-builder.ts';
import { blockTokens, type DecoderShape } from './model-weights.ts';

/** Names of one layer's cache among the graph's inputs. */
export function cacheInputs(layer: number) {
  return {
    promptKeys: `prompt-keys.${layer}`,
    promptValues: `prompt-values.${layer}`,
    blockKeys: `block-keys.${layer}`,
    blockValues: `block-values.${layer}`,
    runningKeys: `running-keys.${layer}`,
    runningValues: `running-values.${layer}`,
  };
}

/** What one layer's attention reads beside its queries, keys and values. */
export interface AttentionState {
  layer: number;
  /** Keys and values of this run's earlier steps, `[steps, rows, kvHeads, headSize]`. */
  runKeys: string;
  runValues: string;
  /** How many positions each of the three parts has, int64 `[3]`. */
  parts: string;
  /** Hides what a layer with a sliding window does not see, fp32 `[rows, 1, positions]`. */
  windowMask: string | null;
}

/**
 * Attention of rows that share a prompt. Three parts, one softmax over all of them, no padding:
 *
 * - the prompt's cache, the same for all rows: one product per head over all rows together;
 * - the finished blocks: one small product for each block, head and row;
 * - the running block: what JavaScript holds of it, this run's earlier steps and this step, joined.
 *
 * Everything keeps key/value heads in front (`[kvHeads, rows, …]`), so that the parts need no reordering. The values'
 * sums end at block borders, which lie at absolute positions: so their bits do not depend on where a run ends.
 *
 * A chunk of the prompt goes the same way: its tokens are the rows, they share one running block (the chunk itself, so
 * its second axis has length 1 and is broadcast), and `mask` hides the later tokens.
 * @param q `[rows, 1, heads · headSize]`, rotated
 * @param k `[rows, 1, kvHeads · headSize]`, rotated
 * @param v `[rows, 1, kvHeads · headSize]`
 * @returns context `[rows, 1, heads · headSize]`, and the keys and values of the run so far
 */
export function attention(
  graph: GraphBuilder,
  shape: DecoderShape,
  state: AttentionState,
  { q, k, v }: { q: string; k: string; v: string },
): { context: string; runKeys: string; runValues: string } {
  const { keyValueHeads, headSize, heads } = shape;
  const cache = cacheInputs(state.layer);
  const newKeys = graph.node('Reshape', [k, 'new-token-shape']);
  const newValues = graph.node('Reshape', [v, 'new-token-shape']);
  const groups = heads / keyValueHeads;
  const queryShape = graph.integers([-1, keyValueHeads, groups, headSize]);
  const query = headsFirst(graph, graph.node('Reshape', [q, queryShape]), [1, 0, 2, 3]);

  const join = (cached: string, run: string, added: string) =>
    headsFirst(graph, graph.node('Concat', [cached, run, added], { axis: 0 }), [2, 1, 0, 3]);
  const runningKeys = join(cache.runningKeys, state.runKeys, newKeys);
  const runningValues = join(cache.runningValues, state.runValues, newValues);

  const probabilities = probabilitiesOf(graph, shape, state, { query, runningKeys });
  const sum = sumOfValues(graph, shape, state, { probabilities, runningValues });
  const rowsFirst = graph.node('Transpose', [sum], { perm: [1, 0, 2, 3] });
  return {
    context: graph.node('Reshape', [rowsFirst, graph.integers([-1, 1, heads * headSize])]),
    runKeys: graph.node('Concat', [state.runKeys, newKeys], { axis: 0 }),
    runValues: graph.node('Concat', [state.runValues, newValues], { axis: 0 }),
  };
}

/** How much of every position's value is taken, `[kvHeads, rows, groups, positions]`. */
function probabilitiesOf(
  graph: GraphBuilder,
  shape: DecoderShape,
  { layer, windowMask }: AttentionState,
  { query, runningKeys }: { query: string; runningKeys: string },
): string {
  const { promptKeys, blockKeys } = cacheInputs(layer);
  const scores = graph.node(
    'Concat',
    [
      promptScores(graph, shape, promptKeys, query),
      blockScores(graph, shape, blockKeys, query),
      graph.node('Add', [score(graph, shape, query, runningKeys, 1), 'mask']),
    ],
    { axis: 3 },
  );
  const seen = windowMask === null ? scores : graph.node('Add', [scores, windowMask]);
  return graph.node('Softmax', [seen], { axis: 3 });
}

/** `[kvHeads, rows, groups, headSize]` */
function sumOfValues(
  graph: GraphBuilder,
  shape: DecoderShape,
  { layer, parts }: AttentionState,
  { probabilities, runningValues }: { probabilities: string; runningValues: string },
): string {
  const { promptValues, blockValues } = cacheInputs(layer);
  const split = graph.nodes('Split', [probabilities, parts], 3, { axis: 3 });
  const [ofPrompt = '', ofBlocks = '', ofRunning = ''] = split;
  return graph.node('Sum', [
    promptSum(graph, shape, promptValues, ofPrompt),
    blockSum(graph, blockValues, ofBlocks),
    graph.node('MatMul', [ofRunning, runningValues]),
  ]);
}

function headsFirst(graph: GraphBuilder, value: string, perm: number[]): string {
  return graph.node('Transpose', [value], { perm });
}

/** Scores of queries and keys, scaled as part of the product. */
function score(
  graph: GraphBuilder,
  { attentionScale, scoreCap }: DecoderShape,
  query: string,
  keys: string,
  transB: 0 | 1,
): string {
  const attributes = { transB, alpha: { float: attentionScale } };
  return capped(graph, graph.node('FusedMatMul', [query, keys], attributes), scoreCap);
}

/** `[kvHeads, rows, groups, prompt]`. The keys are kept transposed: `[kvHeads, headSize, prompt]`. */
function promptScores(graph: GraphBuilder, shape: DecoderShape, keys: string, query: string) {
  const rows = graph.integers([shape.keyValueHeads, -1, shape.headSize]);
  const together = graph.node('Reshape', [query, rows]);
  const scores = neverAlone(graph, shape, together, (left) => score(graph, shape, left, keys, 0));
  return graph.node('Reshape', [scores, 'prompt-scores-shape'], { allowzero: 1 });
}

/** `[kvHeads, rows, groups, headSize]` */
function promptSum(
  graph: GraphBuilder,
  shape: DecoderShape,
  values: string,
  probabilities: string,
): string {
  const { keyValueHeads, heads, headSize } = shape;
  const together = graph.node('Reshape', [probabilities, 'prompt-together-shape'], {
    allowzero: 1,
  });
  const sums = neverAlone(graph, shape, together, (left) => graph.node('MatMul', [left, values]));
  const apart = graph.integers([keyValueHeads, -1, heads / keyValueHeads, headSize]);
  return graph.node('Reshape', [sums, apart]);
}

/**
 * A product over all rows together. onnxruntime multiplies a single row in another way, with other last bits; where a
 * candidate that is alone would be one (no query heads share a key head), a row of zeros keeps it company.
 * @param left `[kvHeads, rows · groups, …]`
 */
function neverAlone(
  graph: GraphBuilder,
  { heads, keyValueHeads }: DecoderShape,
  left: string,
  product: (left: string) => string,
): string {
  if (heads > keyValueHeads) return product(left);
  const padded = graph.node('Pad', [left, graph.integers([0, 0, 0, 0, 1, 0])]);
  const [start, end, axis] = [graph.integers([0]), graph.integers([-1]), graph.integers([1])];
  return graph.node('Slice', [product(padded), start, end, axis]);
}

/** `[kvHeads, rows, groups, blocks · blockTokens]`. Keys: `[blocks, kvHeads, rows, headSize, blockTokens]`. */
function blockScores(graph: GraphBuilder, shape: DecoderShape, keys: string, query: string) {
  // The product cannot broadcast to an axis of length 0 (no finished block yet); Expand can.
  const perBlock = graph.node('Expand', [query, 'block-count-shape']);
  const scores = score(graph, shape, perBlock, keys, 0);
  const inOrder = graph.node('Transpose', [scores], { perm: [1, 2, 3, 0, 4] });
  return graph.node('Reshape', [inOrder, graph.integers([0, 0, 0, -1])]);
}

/** `[kvHeads, rows, groups, headSize]`, the blocks added in their order. */
function blockSum(graph: GraphBuilder, values: string, probabilities: string): string {
  const apart = graph.node('Reshape', [probabilities, graph.integers([0, 0, 0, -1, blockTokens])]);
  const blocksFirst = graph.node('Transpose', [apart], { perm: [3, 0, 1, 2, 4] });
  const sums = graph.node('MatMul', [blocksFirst, values]);
  return graph.node('ReduceSum', [sums, graph.integers([0])], { keepdims: 0 });
}

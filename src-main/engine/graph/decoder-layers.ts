/** The layers of the decode graph, as a model's architecture describes them. */
import { hiddenScore, normedHeads } from './arithmetic.ts';
import { attention } from './attention.ts';
import { graphInputs } from './decode-inputs.ts';
import type { GraphBuilder } from './graph-builder.ts';
import type { DecoderShape, ModelWeights } from './model-weights.ts';
import { ResidualStream } from './residual-stream.ts';

/** What a step hands to its layers. */
export interface StepState {
  /** int64 scalar: how many steps came before in this run. */
  step: string;
  /** int64 `[ROWS]`: the tokens that are read. */
  token: string;
  /** For each layer the keys and values of this run's earlier steps. */
  keys: string[];
  values: string[];
}

/** The hidden state after all layers and the last norm, `[ROWS, 1, width]`, and the run's keys and values. */
export function decoderLayers(
  graph: GraphBuilder,
  shape: DecoderShape,
  weights: ModelWeights,
  state: StepState,
): { hidden: string; keys: string[]; values: string[] } {
  const lines = graph.node('Add', [graphInputs.rotationLines, state.step]);
  const done = graph.node('Mul', [state.step, graph.integers([0, 0, 1])]);
  const parts = graph.node('Add', [graphInputs.parts, done]);
  const windowMask = maskBeforeWindow(graph, shape, lines, parts);
  const embedded = weights.embed(graph, state.token);
  const oneToken = graph.node('Unsqueeze', [embedded, graph.integers([1])]);
  const stream = new ResidualStream(graph, shape, weights, oneToken);
  const keys: string[] = [];
  const values: string[] = [];
  for (let layer = 0; layer < shape.layers; layer++) {
    const projected = weights.linear(graph, `layer.${layer}.query-key-value`, stream.normed);
    const [runKeys = '', runValues = ''] = [state.keys[layer], state.values[layer]];
    const ownMask = shape.layerKinds[layer]?.windowed === true ? windowMask : null;
    const cache = { layer, runKeys, runValues, parts, windowMask: ownMask };
    const heads = queriesKeysValues(graph, shape, weights, { layer, projected, lines });
    const result = attention(graph, shape, cache, heads);
    keys.push(result.runKeys);
    values.push(result.runValues);
    addToStream(graph, shape, weights, { layer, stream, context: result.context });
  }
  return { hidden: stream.normed, keys, values };
}

/** Adds a layer's attention and then its feed-forward to the stream. */
export function addToStream(
  graph: GraphBuilder,
  shape: DecoderShape,
  weights: ModelWeights,
  { layer, stream, context }: { layer: number; stream: ResidualStream; context: string },
): void {
  stream.add(
    weights.linear(graph, `layer.${layer}.attention-output`, context),
    `layer.${layer}.attention-after-norm`,
    `layer.${layer}.feed-forward-norm`,
  );
  stream.add(
    feedForward(graph, shape, weights, layer, stream.normed),
    `layer.${layer}.feed-forward-after-norm`,
    layer === shape.layers - 1 ? 'output-norm' : `layer.${layer + 1}.attention-norm`,
  );
}

/** Splits the joined product, and norms and rotates queries and keys as the layer does. */
export function queriesKeysValues(
  graph: GraphBuilder,
  shape: DecoderShape,
  weights: ModelWeights,
  { layer, projected, lines }: { layer: number; projected: string; lines: string },
) {
  const queryLength = shape.heads * shape.headSize;
  const keyLength = shape.keyValueHeads * shape.headSize;
  const split = (value: string, sizes: number[]) =>
    graph.nodes('Split', [value, graph.integers(sizes)], 2, { axis: 2 });
  const [joined = '', v = ''] = split(projected, [queryLength + keyLength, keyLength]);
  let both = joined;
  if (shape.queryKeyNorm !== 'none') {
    const [q = '', k = ''] = split(both, [queryLength, keyLength]);
    both = graph.node('Concat', normedQueriesAndKeys(graph, shape, weights, { layer, q, k }), {
      axis: 2,
    });
  }
  const rope = shape.layerKinds[layer]?.rope ?? null;
  if (rope !== null) both = rotated(graph, shape, both, { lines, rope });
  const [q = '', k = ''] = split(both, [queryLength, keyLength]);
  return { q, k, v };
}

function normedQueriesAndKeys(
  graph: GraphBuilder,
  shape: DecoderShape,
  weights: ModelWeights,
  { layer, q, k }: { layer: number; q: string; k: string },
): string[] {
  const { heads, keyValueHeads } = shape;
  const ofQueries = weights.norm(`layer.${layer}.query-norm`);
  const ofKeys = weights.norm(`layer.${layer}.key-norm`);
  return [
    normedHeads(graph, shape, { x: q, heads, scales: ofQueries }),
    normedHeads(graph, shape, { x: k, heads: keyValueHeads, scales: ofKeys }),
  ];
}

/** Queries and keys together, rotated by their positions. */
function rotated(
  graph: GraphBuilder,
  { heads, keyValueHeads, headSize, ropeDimension, ropeInterleaved }: DecoderShape,
  both: string,
  { lines, rope }: { lines: string; rope: number },
): string {
  const tables = [graphInputs.cosines(rope), graphInputs.sines(rope)];
  return graph.node('RotaryEmbedding', [both, lines, ...tables], {
    interleaved: ropeInterleaved ? 1 : 0,
    num_heads: heads + keyValueHeads,
    rotary_embedding_dim: ropeDimension === headSize ? 0 : ropeDimension,
  });
}

/**
 * Added to the scores of layers with a sliding window, fp32 `[ROWS, 1, POSITIONS]`: hides what lies before it.
 * null where no layer has one.
 */
function maskBeforeWindow(
  graph: GraphBuilder,
  { slidingWindow }: DecoderShape,
  lines: string,
  parts: string,
): string | null {
  if (slidingWindow === null) return null;
  const own = graph.node('Add', [lines, graphInputs.firstPosition]);
  const count = graph.node('ReduceSum', [parts], { keepdims: 0 });
  const positions = graph.node('Range', [graph.integers(0), count, graph.integers(1)]);
  const reach = graph.node('Add', [positions, graph.integers([slidingWindow])]);
  const seen = graph.node('Greater', [reach, own]);
  const mask = graph.node('Where', [seen, graph.floats(0), graph.floats(hiddenScore)]);
  return graph.node('Unsqueeze', [mask, graph.integers([1])]);
}

/** down(activation(gate(x)) · up(x)), for x `[…, …, width]` */
function feedForward(
  graph: GraphBuilder,
  { feedForward: size, activation }: DecoderShape,
  weights: ModelWeights,
  layer: number,
  x: string,
): string {
  const both = weights.linear(graph, `layer.${layer}.gate-up`, x);
  const [gate = '', up = ''] = graph.nodes('Split', [both, graph.integers([size, size])], 2, {
    axis: 2,
  });
  const opened =
    activation === 'gelu'
      ? graph.node('FastGelu', [gate])
      : // With alpha 1 this is x · sigmoid(x).
        graph.node('QuickGelu', [gate], { alpha: { float: 1 } });
  return weights.linear(graph, `layer.${layer}.down`, graph.node('Mul', [opened, up]));
}

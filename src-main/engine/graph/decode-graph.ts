/**
 * The one graph of a generator: it writes up to K tokens for B rows per run, the sampler inside, and reads a prompt as
 * a run of one step whose rows are the prompt's tokens. docs/decode-graph.md tells why it looks like this.
 */
import { attention, cacheInputs } from './attention.ts';
import { GraphBuilder } from './graph-builder.ts';
import { blockTokens, type DecoderShape, type ModelWeights } from './model-weights.ts';
import { chosenLogProbabilities, sampler, samplingInputs } from './sampler.ts';

/** The graph's inputs, outputs and their shapes; lengths in capitals vary from run to run. */
export const graphInputs = {
  /** int64 scalar: steps of this run. */
  steps: 'steps',
  /** int64 `[ROWS]`: the tokens that are read in the first step. */
  tokens: 'tokens',
  /** int64 `[ROWS, 1]`: the first step's line of the rotation tables for each row; later steps take the next ones. */
  rotationLines: 'rotation-lines',
  /** fp32 `[LINES, ropeDimension / 2]`: cosines and sines of the rotation angles. */
  cosines: 'rotation-cosines',
  sines: 'rotation-sines',
  /** int64 `[1]`: how many rows, from the first, are given a next token (all; but one for a prompt's chunk). */
  headRows: 'head-rows',
  /** fp32 scalar: the last hidden state is multiplied by this (1 / temperature). */
  hiddenScale: 'hidden-scale',
  /** fp32 `[STEPS, HEAD_ROWS]`: uniform random numbers. */
  uniforms: 'uniforms',
  /** int64 `[HEAD_ROWS, SEEN]`: prompt and answer up to and with `tokens`, for the repetition penalty. */
  seen: 'seen',
  /** bool `[HEAD_ROWS]`: rows whose answers have ended already. */
  ended: 'ended',
  /** int64 `[ENDS]`: tokens that end an answer. */
  endTokens: 'end-tokens',
  /** fp32, added to the scores of the running block: zeros `[1, 1, 1]`, or a chunk's mask `[ROWS, 1, ROWS]`. */
  mask: 'mask',
  /** int64 `[4]`: `[1, ROWS, kvHeads, headSize]`, or for a chunk `[ROWS, 1, kvHeads, headSize]`. */
  newTokenShape: 'new-token-shape',
  /** int64 `[4]`: `[kvHeads, ROWS, groups, PROMPT]`. */
  promptScoresShape: 'prompt-scores-shape',
  /** int64 `[3]`: `[kvHeads, ROWS · groups, PROMPT]`. */
  promptTogetherShape: 'prompt-together-shape',
  /** int64 `[5]`: `[BLOCKS, 1, 1, 1, 1]`. */
  blockCountShape: 'block-count-shape',
  /** int64 `[3]`: positions of prompt, finished blocks and running block in the first step. */
  parts: 'parts',
} as const;

export const graphOutputs = {
  /** int64 `[STEPS, HEAD_ROWS]`; fewer steps where every row ended before. */
  tokens: 'new-tokens',
  /** fp32 `[STEPS, HEAD_ROWS]` */
  logProbabilities: 'new-log-probabilities',
  /** fp32 `[STEPS, ROWS, kvHeads, headSize]` for each layer (for a chunk `[ROWS, 1, …]`). */
  keys: (layer: number) => `new-keys.${layer}`,
  values: (layer: number) => `new-values.${layer}`,
} as const;

/** What a step hands to the next one. */
interface Carried {
  token: string;
  ended: string;
  /** int64 `[HEAD_ROWS, STEPS]`: this run's tokens so far. */
  written: string;
  keys: string[];
  values: string[];
}

/** Builds the graph of a llama-like decoder. */
export function buildDecodeGraph(shape: DecoderShape, weights: ModelWeights): GraphBuilder {
  const graph = new GraphBuilder('winnow-decode');
  declareInputs(graph, shape);
  const body = stepBody(graph, shape, weights);
  const layers = Array.from({ length: shape.layers }, (_, layer) => layer);
  const none = emptyState(graph, shape);
  const nothingWritten = graph.node('Slice', [
    graphInputs.seen,
    graph.integers([0]),
    graph.integers([0]),
    graph.integers([1]),
  ]);
  const outputs = [
    'last-token',
    'last-ended',
    'last-written',
    ...layers.flatMap((layer) => [graphOutputs.keys(layer), graphOutputs.values(layer)]),
    graphOutputs.tokens,
    graphOutputs.logProbabilities,
  ];
  const initial = [
    graphInputs.tokens,
    graphInputs.ended,
    nothingWritten,
    ...layers.flatMap(() => [none, none]),
  ];
  graph.nodes('Loop', [graphInputs.steps, '', ...initial], outputs, { body });
  graph.output(graphOutputs.tokens, 'int64', ['STEPS', 'HEAD_ROWS']);
  graph.output(graphOutputs.logProbabilities, 'float32', ['STEPS', 'HEAD_ROWS']);
  for (const layer of layers) {
    graph.output(graphOutputs.keys(layer), 'float32');
    graph.output(graphOutputs.values(layer), 'float32');
  }
  return graph;
}

function declareInputs(graph: GraphBuilder, shape: DecoderShape): void {
  const { keyValueHeads, headSize, ropeDimension } = shape;
  graph.input(graphInputs.steps, 'int64', []);
  graph.input(graphInputs.tokens, 'int64', ['ROWS']);
  graph.input(graphInputs.rotationLines, 'int64', ['ROWS', 1]);
  graph.input(graphInputs.cosines, 'float32', ['LINES', ropeDimension / 2]);
  graph.input(graphInputs.sines, 'float32', ['LINES', ropeDimension / 2]);
  graph.input(graphInputs.headRows, 'int64', [1]);
  graph.input(graphInputs.uniforms, 'float32', ['RUN_STEPS', 'HEAD_ROWS']);
  graph.input(graphInputs.ended, 'bool', ['HEAD_ROWS']);
  graph.input(graphInputs.endTokens, 'int64', ['ENDS']);
  graph.input(graphInputs.mask, 'float32', ['MASK_ROWS', 1, 'MASK_COLUMNS']);
  graph.input(graphInputs.newTokenShape, 'int64', [4]);
  graph.input(graphInputs.promptScoresShape, 'int64', [4]);
  graph.input(graphInputs.promptTogetherShape, 'int64', [3]);
  graph.input(graphInputs.blockCountShape, 'int64', [5]);
  graph.input(graphInputs.parts, 'int64', [3]);
  declareSamplingInputs(graph);
  for (let layer = 0; layer < shape.layers; layer++) {
    const cache = cacheInputs(layer);
    const block = ['BLOCKS', keyValueHeads, 'ROWS'];
    graph.input(cache.promptKeys, 'float32', [keyValueHeads, headSize, 'PROMPT']);
    graph.input(cache.promptValues, 'float32', [keyValueHeads, 'PROMPT', headSize]);
    graph.input(cache.blockKeys, 'float32', [...block, headSize, blockTokens]);
    graph.input(cache.blockValues, 'float32', [...block, blockTokens, headSize]);
    for (const name of [cache.runningKeys, cache.runningValues]) {
      graph.input(name, 'float32', ['RUNNING', 'CACHE_ROWS', keyValueHeads, headSize]);
    }
  }
}

/** The inputs that say how tokens are drawn. */
export function declareSamplingInputs(graph: GraphBuilder): void {
  graph.input(graphInputs.hiddenScale, 'float32', []);
  graph.input(graphInputs.seen, 'int64', ['HEAD_ROWS', 'SEEN']);
  const { plain, greedy, penalised, topKUsed, topPUsed, logProbabilities } = samplingInputs;
  for (const name of [plain, greedy, penalised, topKUsed, topPUsed, logProbabilities]) {
    graph.input(name, 'bool', []);
  }
  const { logitScale, rawScale, penalty, topP, minP, topK } = samplingInputs;
  for (const name of [logitScale, rawScale, penalty, topP, minP]) graph.input(name, 'float32', []);
  graph.input(topK, 'int64', [1]);
}

/** A run has no keys and values of its own before its first step: `[0, CACHE_ROWS, kvHeads, headSize]`. */
function emptyState(graph: GraphBuilder, shape: DecoderShape): string {
  if (shape.layers === 0) throw new RangeError('a decoder has at least one layer');
  const zero = graph.integers([0]);
  return graph.node('Slice', [cacheInputs(0).runningKeys, zero, zero, zero]);
}

function stepBody(graph: GraphBuilder, shape: DecoderShape, weights: ModelWeights): GraphBuilder {
  const body = graph.subgraph('step');
  const step = body.input('step', 'int64', []);
  body.input('go-on', 'bool', []);
  const { keyValueHeads, headSize, layers } = shape;
  const state: Carried = {
    token: body.input('token', 'int64', ['STEP_ROWS']),
    ended: body.input('step-ended', 'bool', ['STEP_HEAD_ROWS']),
    written: body.input('written', 'int64', ['STEP_HEAD_ROWS', 'WRITTEN']),
    keys: [],
    values: [],
  };
  for (let layer = 0; layer < layers; layer++) {
    const run = ['RUN', 'STEP_CACHE_ROWS', keyValueHeads, headSize];
    state.keys.push(body.input(`run-keys.${layer}`, 'float32', run));
    state.values.push(body.input(`run-values.${layer}`, 'float32', run));
  }
  const { hidden, keys, values } = decoderLayers(body, shape, weights, state, step);
  const next = nextToken(body, shape, weights, { hidden, state, step });
  body.output(next.goOn, 'bool', []);
  body.output(next.token, 'int64', ['NEXT_ROWS']);
  body.output(next.ended, 'bool', ['NEXT_ROWS']);
  body.output(next.written, 'int64', ['NEXT_ROWS', 'NEXT_WRITTEN']);
  for (let layer = 0; layer < layers; layer++) {
    body.output(keys[layer] ?? '', 'float32');
    body.output(values[layer] ?? '', 'float32');
  }
  body.output(body.node('Identity', [next.token]), 'int64', ['NEXT_ROWS']);
  body.output(next.logProbabilities, 'float32', ['NEXT_ROWS']);
  return body;
}

/** The hidden state after all layers and the last norm, `[ROWS, 1, width]`, and the run's keys and values. */
function decoderLayers(
  graph: GraphBuilder,
  shape: DecoderShape,
  weights: ModelWeights,
  state: Carried,
  step: string,
): { hidden: string; keys: string[]; values: string[] } {
  const lines = graph.node('Add', [graphInputs.rotationLines, step]);
  const parts = graph.node('Add', [
    graphInputs.parts,
    graph.node('Mul', [step, graph.integers([0, 0, 1])]),
  ]);
  const epsilon = { epsilon: { float: shape.rmsEpsilon } };
  let residual = graph.node('Unsqueeze', [weights.embed(graph, state.token), graph.integers([1])]);
  let normed = graph.node(
    'SimplifiedLayerNormalization',
    [residual, weights.norm('layer.0.attention-norm')],
    {
      axis: -1,
      ...epsilon,
    },
  );
  /** Adds a branch to the residual stream, and gives the sum's norm, in one node. */
  const addAndNorm = (added: string, norm: string): void => {
    const [output = '', , , sum = ''] = graph.nodes(
      'SkipSimplifiedLayerNormalization',
      [residual, added, norm],
      4,
      epsilon,
    );
    normed = output;
    residual = sum;
  };
  const keys: string[] = [];
  const values: string[] = [];
  for (let layer = 0; layer < shape.layers; layer++) {
    const projected = weights.linear(graph, `layer.${layer}.query-key-value`, normed);
    const result = attention(
      graph,
      shape,
      { layer, runKeys: state.keys[layer] ?? '', runValues: state.values[layer] ?? '', parts },
      rotated(graph, shape, projected, lines),
    );
    keys.push(result.runKeys);
    values.push(result.runValues);
    const attended = weights.linear(graph, `layer.${layer}.attention-output`, result.context);
    addAndNorm(attended, weights.norm(`layer.${layer}.feed-forward-norm`));
    const last = layer === shape.layers - 1;
    addAndNorm(
      feedForward(graph, shape, weights, layer, normed),
      weights.norm(last ? 'output-norm' : `layer.${layer + 1}.attention-norm`),
    );
  }
  return { hidden: normed, keys, values };
}

/** Splits the joined product and rotates queries and keys by their positions. */
function rotated(graph: GraphBuilder, shape: DecoderShape, projected: string, lines: string) {
  const { heads, keyValueHeads, headSize } = shape;
  const queryLength = heads * headSize;
  const keyLength = keyValueHeads * headSize;
  const [rotating = '', v = ''] = graph.nodes(
    'Split',
    [projected, graph.integers([queryLength + keyLength, keyLength])],
    2,
    { axis: 2 },
  );
  const { cosines, sines } = graphInputs;
  const both = graph.node('RotaryEmbedding', [rotating, lines, cosines, sines], {
    interleaved: shape.ropeInterleaved ? 1 : 0,
    num_heads: heads + keyValueHeads,
    rotary_embedding_dim: shape.ropeDimension === headSize ? 0 : shape.ropeDimension,
  });
  const [q = '', k = ''] = graph.nodes(
    'Split',
    [both, graph.integers([queryLength, keyLength])],
    2,
    { axis: 2 },
  );
  return { q, k, v };
}

/** down(silu(gate(x)) · up(x)) */
function feedForward(
  graph: GraphBuilder,
  { feedForward: size }: DecoderShape,
  weights: ModelWeights,
  layer: number,
  x: string,
): string {
  const both = weights.linear(graph, `layer.${layer}.gate-up`, x);
  const [gate = '', up = ''] = graph.nodes('Split', [both, graph.integers([size, size])], 2, {
    axis: 2,
  });
  // With alpha 1 this is x · sigmoid(x).
  const opened = graph.node('QuickGelu', [gate], { alpha: { float: 1 } });
  return weights.linear(graph, `layer.${layer}.down`, graph.node('Mul', [opened, up]));
}

/** Logits of the rows that want a next token, and that token. */
function nextToken(
  graph: GraphBuilder,
  shape: DecoderShape,
  weights: ModelWeights,
  { hidden, state, step }: { hidden: string; state: Carried; step: string },
) {
  const zero = graph.integers([0]);
  const rows = graph.node('Slice', [hidden, zero, graphInputs.headRows, zero]);
  const scaled = graph.node('Mul', [rows, graphInputs.hiddenScale]);
  const logits = graph.node('Squeeze', [
    weights.linear(graph, 'output', scaled),
    graph.integers([1]),
  ]);
  const uniform = graph.node('Gather', [graphInputs.uniforms, step], { axis: 0 });
  const seen = graph.node('Concat', [graphInputs.seen, state.written], { axis: 1 });
  const token = sampler(graph, shape.vocabularySize, { logits, uniform, seen });
  const asColumn = graph.node('Unsqueeze', [token, graph.integers([1])]);
  const endsHere = graph.node('Equal', [asColumn, graphInputs.endTokens]);
  const anyEnd = graph.node('ReduceMax', [graph.node('Cast', [endsHere], { to: 6 })], {
    axes: [1],
    keepdims: 0,
  });
  const ended = graph.node('Or', [state.ended, graph.node('Cast', [anyEnd], { to: 9 })]);
  const allEnded = graph.node('ReduceMin', [graph.node('Cast', [ended], { to: 6 })], {
    keepdims: 0,
  });
  return {
    token,
    ended,
    goOn: graph.node('Not', [graph.node('Cast', [allEnded], { to: 9 })]),
    written: graph.node('Concat', [state.written, asColumn], { axis: 1 }),
    logProbabilities: chosenLogProbabilities(graph, logits, token),
  };
}

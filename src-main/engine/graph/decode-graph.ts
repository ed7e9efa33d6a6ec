/**
 * The one graph of a generator: it writes up to K tokens for B rows per run, the sampler inside, and reads a prompt as
 * a run of one step whose rows are the prompt's tokens. docs/decode-graph.md tells why it looks like this.
 */
import { capped, scaled } from './arithmetic.ts';
import { cacheInputs } from './attention.ts';
import { graphInputs } from './decode-inputs.ts';
import { decoderLayers, type StepState } from './decoder-layers.ts';
import { GraphBuilder } from './graph-builder.ts';
import { blockTokens, type DecoderShape, type ModelWeights } from './model-weights.ts';
import { chosenLogProbabilities, sampler, samplingInputs } from './sampler.ts';

/** Its outputs. */
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
interface Carried extends StepState {
  ended: string;
  /** int64 `[HEAD_ROWS, STEPS]`: this run's tokens so far. */
  written: string;
}

/** Builds the graph of a decoder. */
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
  for (const rope of shape.ropes.keys()) {
    graph.input(graphInputs.cosines(rope), 'float32', ['LINES', ropeDimension / 2]);
    graph.input(graphInputs.sines(rope), 'float32', ['LINES', ropeDimension / 2]);
  }
  if (shape.slidingWindow !== null) graph.input(graphInputs.firstPosition, 'int64', [1]);
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
    step,
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
  const { hidden, keys, values } = decoderLayers(body, shape, weights, state);
  const next = nextToken(body, shape, weights, { hidden, state });
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

/** Logits of the rows that want a next token, and that token. */
function nextToken(
  graph: GraphBuilder,
  shape: DecoderShape,
  weights: ModelWeights,
  { hidden, state }: { hidden: string; state: Carried },
) {
  const zero = graph.integers([0]);
  const rows = graph.node('Slice', [hidden, zero, graphInputs.headRows, zero]);
  const ofOneToken = logitsOf(graph, shape, weights, rows);
  const logits = graph.node('Squeeze', [ofOneToken, graph.integers([1])]);
  const uniform = graph.node('Gather', [graphInputs.uniforms, state.step], { axis: 0 });
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

/** Logits divided by the temperature: before the last product, where there are fewer numbers, unless a cap comes between. */
function logitsOf(
  graph: GraphBuilder,
  { logitCap, logitScale }: DecoderShape,
  weights: ModelWeights,
  hidden: string,
): string {
  const divided = (x: string) => graph.node('Mul', [x, graphInputs.hiddenScale]);
  const sized = scaled(graph, hidden, logitScale);
  if (logitCap === null) return weights.linear(graph, 'output', divided(sized));
  return divided(capped(graph, weights.linear(graph, 'output', sized), logitCap));
}

/**
 * The graph of a generator on a graphics card: it writes a fixed number of tokens for B rows per run, one step after the
 * other without a Loop, which no provider runs on a card. Nothing in it is ever empty, which the WebGPU provider does not
 * survive: a part of the cache without tokens has one position, which the mask hides. docs/devices.md tells more.
 */
import { capped, scaled } from './arithmetic.ts';
import { graphInputs } from './decode-inputs.ts';
import { declareSamplingInputs } from './decode-graph.ts';
import { addToStream, queriesKeysValues } from './decoder-layers.ts';
import { deviceAttention, type KeysAndValues } from './device-attention.ts';
import { cacheParts, deviceInputs, deviceOutputs, partInputs } from './device-inputs.ts';
import type { GraphBuilder } from './graph-builder.ts';
import type { DecoderShape, ModelWeights } from './model-weights.ts';
import { PlainGraphBuilder } from './plain-operators.ts';
import { ResidualStream } from './residual-stream.ts';
import { chosenLogProbabilities, sampler } from './sampler.ts';

/**
 * Builds the graph of a decoder for a graphics card.
 * @param steps how many tokens a run writes for every row; at least 1
 */
export function buildDeviceGraph(
  shape: DecoderShape,
  weights: ModelWeights,
  { unrolled: steps }: { unrolled: number },
): GraphBuilder {
  const graph = new PlainGraphBuilder('winnow-device');
  declareInputs(graph, shape, steps);
  const layers = Array.from({ length: shape.layers }, (_, layer) => layer);
  let running: KeysAndValues[] = layers.map((layer) => partInputs('running', layer));
  let read: string = deviceInputs.tokens;
  let seen: string = graphInputs.seen;
  const tokens: string[] = [];
  const logProbabilities: string[] = [];
  for (let step = 0; step < steps; step++) {
    const decoded = decode(graph, shape, weights, { step, tokens: read, running });
    running = decoded.running;
    const logits = logitsOf(graph, shape, weights, decoded.hidden);
    const uniform = graph.node('Gather', [graphInputs.uniforms, graph.integers(step)], { axis: 0 });
    const token = sampler(graph, shape.vocabularySize, { logits, uniform, seen });
    read = graph.node('Unsqueeze', [token, graph.integers([1])]);
    if (step < steps - 1) seen = graph.node('Concat', [seen, read], { axis: 1 });
    const first = graph.integers([0]);
    tokens.push(graph.node('Unsqueeze', [token, first]));
    const chosen = chosenLogProbabilities(graph, logits, token);
    logProbabilities.push(graph.node('Unsqueeze', [chosen, first]));
  }
  graph.nodes('Concat', tokens, [deviceOutputs.tokens], { axis: 0 });
  graph.nodes('Concat', logProbabilities, [deviceOutputs.logProbabilities], { axis: 0 });
  graph.output(deviceOutputs.tokens, 'int64', [steps, 'ROWS']);
  graph.output(deviceOutputs.logProbabilities, 'float32', [steps, 'ROWS']);
  for (const [layer, part] of running.entries()) keepRunning(graph, layer, part);
  return graph;
}

function declareInputs(graph: GraphBuilder, shape: DecoderShape, steps: number): void {
  const { keyValueHeads, headSize, ropeDimension, heads } = shape;
  const groups = heads / keyValueHeads;
  graph.input(deviceInputs.tokens, 'int64', ['ROWS', 'TOKENS']);
  for (const rope of shape.ropes.keys()) {
    graph.input(graphInputs.cosines(rope), 'float32', ['LINES', ropeDimension / 2]);
    graph.input(graphInputs.sines(rope), 'float32', ['LINES', ropeDimension / 2]);
  }
  for (let step = 0; step < steps; step++) {
    const [tokens, queries] = step === 0 ? ['TOKENS', 'QUERIES'] : [1, groups];
    graph.input(deviceInputs.lines(step), 'int64', ['ROWS', tokens]);
    graph.input(deviceInputs.mask(step), 'float32', [queries, `POSITIONS_${step}`]);
    if (shape.slidingWindow !== null) {
      graph.input(deviceInputs.windowMask(step), 'float32', [queries, `POSITIONS_${step}`]);
    }
    graph.input(deviceInputs.parts(step), 'int64', [3]);
  }
  graph.input(deviceInputs.promptScoresShape, 'int64', [4]);
  graph.input(deviceInputs.promptSumsShape, 'int64', [4]);
  graph.input(deviceInputs.keepFrom, 'int64', [1]);
  graph.input(deviceInputs.keepTo, 'int64', [1]);
  graph.input(graphInputs.uniforms, 'float32', [steps, 'ROWS']);
  declareSamplingInputs(graph);
  for (let layer = 0; layer < shape.layers; layer++) {
    for (const part of cacheParts) {
      const { keys, values } = partInputs(part, layer);
      const rows = part === 'prompt' ? 1 : 'ROWS';
      const length = part.toUpperCase();
      graph.input(keys, 'float32', [rows, keyValueHeads, headSize, length]);
      graph.input(values, 'float32', [rows, keyValueHeads, length, headSize]);
    }
  }
}

/** All layers for one step. Returns the hidden state of each row's last token, `[rows, 1, width]`, after the last norm. */
function decode(
  graph: GraphBuilder,
  shape: DecoderShape,
  weights: ModelWeights,
  { step, tokens, running }: { step: number; tokens: string; running: KeysAndValues[] },
): { hidden: string; running: KeysAndValues[] } {
  const stream = new ResidualStream(graph, shape, weights, embed(graph, shape, weights, tokens));
  const after: KeysAndValues[] = [];
  for (const [layer, part] of running.entries()) {
    const projected = weights.linear(graph, `layer.${layer}.query-key-value`, stream.normed);
    const lines = deviceInputs.lines(step);
    const windowed = shape.layerKinds[layer]?.windowed === true;
    const result = deviceAttention(
      graph,
      shape,
      {
        layer,
        step,
        running: part,
        mask: windowed ? deviceInputs.windowMask(step) : deviceInputs.mask(step),
      },
      queriesKeysValues(graph, shape, weights, { layer, projected, lines }),
    );
    after.push(result.running);
    addToStream(graph, shape, weights, { layer, stream, context: result.context });
  }
  const last = graph.integers([-1]);
  return { hidden: graph.node('Gather', [stream.normed, last], { axis: 1 }), running: after };
}

/** `[rows, tokens, width]` */
function embed(
  graph: GraphBuilder,
  { width }: DecoderShape,
  weights: ModelWeights,
  tokens: string,
): string {
  const flat = graph.node('Reshape', [tokens, graph.integers([-1])]);
  const hiddenShape = [graph.node('Shape', [tokens]), graph.integers([width])];
  return graph.node('Reshape', [
    weights.embed(graph, flat),
    graph.node('Concat', hiddenShape, { axis: 0 }),
  ]);
}

/** `[rows, vocabulary]`, divided by the temperature where the decode graph divides them too. */
function logitsOf(
  graph: GraphBuilder,
  { logitCap, logitScale }: DecoderShape,
  weights: ModelWeights,
  hidden: string,
): string {
  const divided = (x: string) => graph.node('Mul', [x, graphInputs.hiddenScale]);
  const sized = scaled(graph, hidden, logitScale);
  const logits =
    logitCap === null
      ? weights.linear(graph, 'output', divided(sized))
      : divided(capped(graph, weights.linear(graph, 'output', sized), logitCap));
  return graph.node('Squeeze', [logits, graph.integers([1])]);
}

function keepRunning(graph: GraphBuilder, layer: number, { keys, values }: KeysAndValues): void {
  const names = deviceOutputs.running(layer);
  const kept = (value: string, name: string, axis: number) => {
    const range = [deviceInputs.keepFrom, deviceInputs.keepTo, graph.integers([axis])];
    graph.nodes('Slice', [value, ...range], [name]);
    graph.output(name, 'float32');
  };
  kept(keys, names.keys, 3);
  kept(values, names.values, 2);
}

/** Attention on a graphics card. */
import { capped, scaled } from './arithmetic.ts';
import { deviceInputs, partInputs } from './device-inputs.ts';
import type { GraphBuilder } from './graph-builder.ts';
import type { DecoderShape } from './model-weights.ts';

/** Keys `[rows, kvHeads, headSize, tokens]` and values `[rows, kvHeads, tokens, headSize]`. */
export interface KeysAndValues {
  keys: string;
  values: string;
}

export interface DeviceAttentionState {
  layer: number;
  step: number;
  /** The running part before this step. */
  running: KeysAndValues;
  /** fp32 `[groups · tokens, positions]` */
  mask: string;
}

/**
 * The same three parts and the same single softmax as on the CPU (attention.ts), with rows in front, so that rows are
 * dropped by one Gather. Keys are kept transposed, so that no step turns the cache around.
 * @param heads `[rows, tokens, heads · headSize]`, queries and keys rotated
 * @returns context `[rows, tokens, heads · headSize]`, and the running part with the new tokens
 */
export function deviceAttention(
  graph: GraphBuilder,
  shape: DecoderShape,
  { layer, step, running, mask }: DeviceAttentionState,
  heads: { q: string; k: string; v: string },
): { context: string; running: KeysAndValues } {
  const joined = joinNew(graph, shape, running, heads);
  const query = groupedQueries(graph, shape, heads.q);
  const { keys } = partInputs('prompt', layer);
  const scores = graph.node(
    'Concat',
    [
      promptScores(graph, shape, { step, query, keys }),
      graph.node('MatMul', [query, partInputs('finished', layer).keys]),
      graph.node('MatMul', [query, joined.keys]),
    ],
    { axis: 3 },
  );
  const seen = graph.node('Add', [capped(graph, scores, shape.scoreCap), mask]);
  const probabilities = graph.node('Softmax', [seen], { axis: 3 });
  const sum = sumOfValues(graph, shape, { layer, step, probabilities, running: joined.values });
  return { context: inTokenOrder(graph, shape, sum), running: joined };
}

/** `[rows, kvHeads, groups · tokens, headSize]` */
function sumOfValues(
  graph: GraphBuilder,
  shape: DecoderShape,
  {
    layer,
    step,
    probabilities,
    running,
  }: { layer: number; step: number; probabilities: string; running: string },
): string {
  const parts = graph.nodes('Split', [probabilities, deviceInputs.parts(step)], 3, { axis: 3 });
  const [ofPrompt = '', ofFinished = '', ofRunning = ''] = parts;
  const ofAnswer = graph.node('Add', [
    graph.node('MatMul', [ofFinished, partInputs('finished', layer).values]),
    graph.node('MatMul', [ofRunning, running]),
  ]);
  const { values } = partInputs('prompt', layer);
  const fromPrompt = promptSums(graph, shape, { step, probabilities: ofPrompt, values });
  return graph.node('Add', [fromPrompt, ofAnswer]);
}

function joinNew(
  graph: GraphBuilder,
  { keyValueHeads, headSize }: DecoderShape,
  running: KeysAndValues,
  { k, v }: { k: string; v: string },
): KeysAndValues {
  const byHead = (value: string) =>
    graph.node('Reshape', [value, graph.integers([0, 0, keyValueHeads, headSize])]);
  const keys = graph.node('Transpose', [byHead(k)], { perm: [0, 2, 3, 1] });
  const values = graph.node('Transpose', [byHead(v)], { perm: [0, 2, 1, 3] });
  return {
    keys: graph.node('Concat', [running.keys, keys], { axis: 3 }),
    values: graph.node('Concat', [running.values, values], { axis: 2 }),
  };
}

/** `[rows, kvHeads, groups · tokens, headSize]`, scaled. */
function groupedQueries(
  graph: GraphBuilder,
  { heads, keyValueHeads, headSize, attentionScale }: DecoderShape,
  q: string,
): string {
  const apart = graph.integers([0, 0, keyValueHeads, heads / keyValueHeads, headSize]);
  const byHead = graph.node('Transpose', [graph.node('Reshape', [q, apart])], {
    perm: [0, 2, 3, 1, 4],
  });
  const together = graph.integers([0, keyValueHeads, -1, headSize]);
  return scaled(graph, graph.node('Reshape', [byHead, together]), attentionScale);
}

/** `[rows, tokens, heads · headSize]` */
function inTokenOrder(
  graph: GraphBuilder,
  { heads, keyValueHeads, headSize }: DecoderShape,
  context: string,
): string {
  const apart = graph.integers([0, keyValueHeads, heads / keyValueHeads, -1, headSize]);
  const byToken = graph.node('Transpose', [graph.node('Reshape', [context, apart])], {
    perm: [0, 3, 1, 2, 4],
  });
  return graph.node('Reshape', [byToken, graph.integers([0, 0, heads * headSize])]);
}

/** One product per head for all rows together, `[rows, kvHeads, groups · tokens, prompt]`. */
function promptScores(
  graph: GraphBuilder,
  { keyValueHeads, headSize, heads }: DecoderShape,
  { step, query, keys }: { step: number; query: string; keys: string },
): string {
  const together = graph.node('Reshape', [
    graph.node('Transpose', [query], { perm: [1, 0, 2, 3] }),
    graph.integers([1, keyValueHeads, -1, headSize]),
  ]);
  const apart =
    step === 0
      ? deviceInputs.promptScoresShape
      : graph.integers([keyValueHeads, -1, heads / keyValueHeads, 0]);
  const scores = graph.node('Reshape', [graph.node('MatMul', [together, keys]), apart]);
  return graph.node('Transpose', [scores], { perm: [1, 0, 2, 3] });
}

/** `[rows, kvHeads, groups · tokens, headSize]` */
function promptSums(
  graph: GraphBuilder,
  { keyValueHeads, headSize, heads }: DecoderShape,
  { step, probabilities, values }: { step: number; probabilities: string; values: string },
): string {
  const together = graph.node('Reshape', [
    graph.node('Transpose', [probabilities], { perm: [1, 0, 2, 3] }),
    graph.integers([1, keyValueHeads, -1, 0]),
  ]);
  const apart =
    step === 0
      ? deviceInputs.promptSumsShape
      : graph.integers([keyValueHeads, -1, heads / keyValueHeads, headSize]);
  const sums = graph.node('Reshape', [graph.node('MatMul', [together, values]), apart]);
  return graph.node('Transpose', [sums], { perm: [1, 0, 2, 3] });
}

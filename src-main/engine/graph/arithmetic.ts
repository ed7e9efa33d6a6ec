/** Small pieces that both graphs are made of. What an architecture does not need adds no node. */
import type { GraphBuilder } from './graph-builder.ts';
import type { DecoderShape } from './model-weights.ts';

/** Added to a score, it leaves no probability: e to the power of it is 0. */
export const hiddenScore = -3e38;

/** x · factor */
export function scaled(graph: GraphBuilder, x: string, factor: number): string {
  return factor === 1 ? x : graph.node('Mul', [x, graph.floats(factor)]);
}

/** cap · tanh(x / cap): nearly x where it is small, never beyond ± cap. */
export function capped(graph: GraphBuilder, x: string, cap: number | null): string {
  if (cap === null) return x;
  return scaled(graph, graph.node('Tanh', [scaled(graph, x, 1 / cap)]), cap);
}

/** x divided by the root of its mean square over the last axis, times the scales. */
export function rmsNorm(
  graph: GraphBuilder,
  { rmsEpsilon }: Pick<DecoderShape, 'rmsEpsilon'>,
  x: string,
  scales: string,
): string {
  return graph.node('SimplifiedLayerNormalization', [x, scales], {
    axis: -1,
    epsilon: { float: rmsEpsilon },
  });
}

/**
 * Queries, or keys, normed as the architecture does it.
 * @param x `[…, …, heads · headSize]`
 */
export function normedHeads(
  graph: GraphBuilder,
  shape: DecoderShape,
  { x, heads, scales }: { x: string; heads: number; scales: string },
): string {
  if (shape.queryKeyNorm === 'all-heads') return rmsNorm(graph, shape, x, scales);
  const apart = graph.node('Reshape', [x, graph.integers([0, 0, heads, shape.headSize])]);
  const normed = rmsNorm(graph, shape, apart, scales);
  return graph.node('Reshape', [normed, graph.integers([0, 0, heads * shape.headSize])]);
}

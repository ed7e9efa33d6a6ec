/** Weights whose layers tell how large their inputs get: what the 8-bit form is calibrated with. */
import type { LinearName, ModelWeights } from './model-weights.ts';

/** For each linear layer the largest size that each of its inputs had, fp32 `[inputs]`. */
export type LargestInputs = ReadonlyMap<LinearName, Float32Array>;

/** The name of the output that tells it for one layer. */
export function largestInputs(name: LinearName): string {
  return `largest-inputs.${name}`;
}

/**
 * The same weights; a graph that is built with them has an output more for each linear layer.
 * @param watched the layers' names are added here while a graph is built
 */
export function watchedWeights(weights: ModelWeights, watched: LinearName[]): ModelWeights {
  return {
    ...weights,
    linear: (graph, name, x) => {
      const sizes = graph.node('Abs', [x]);
      const output = largestInputs(name);
      graph.nodes('ReduceMax', [sizes], [output], { axes: [0, 1], keepdims: 0 });
      graph.output(output, 'float32');
      watched.push(name);
      return weights.linear(graph, name, x);
    },
  };
}

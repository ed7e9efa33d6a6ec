import { rmsNorm, scaled } from './arithmetic.ts';
import type { GraphBuilder } from './graph-builder.ts';
import type { DecoderShape, ModelWeights, NormName } from './model-weights.ts';

/** The hidden state on its way through the layers, with its norms where the architecture has them. */
export class ResidualStream {
  readonly #graph: GraphBuilder;
  readonly #shape: DecoderShape;
  readonly #weights: ModelWeights;
  #sum: string;
  #normed: string;

  /** @param embedded `[rows, 1, width]` */
  constructor(graph: GraphBuilder, shape: DecoderShape, weights: ModelWeights, embedded: string) {
    this.#graph = graph;
    this.#shape = shape;
    this.#weights = weights;
    this.#sum = scaled(graph, embedded, shape.embeddingScale);
    this.#normed =
      shape.norms === 'after'
        ? this.#sum
        : rmsNorm(graph, shape, this.#sum, weights.norm('layer.0.attention-norm'));
  }

  /** What the next part reads. */
  get normed(): string {
    return this.#normed;
  }

  /** Adds what a part computed: normed by `after`, the sum normed by `next` for what follows. */
  add(branch: string, after: NormName, next: NormName): void {
    const { norms, residualScale, rmsEpsilon } = this.#shape;
    const normed =
      norms === 'before'
        ? branch
        : rmsNorm(this.#graph, this.#shape, branch, this.#weights.norm(after));
    const added = scaled(this.#graph, normed, residualScale);
    if (norms === 'after' && next !== 'output-norm') {
      this.#sum = this.#graph.node('Add', [this.#sum, added]);
      this.#normed = this.#sum;
      return;
    }
    // The sum and its norm in one node.
    const [output = '', , , sum = ''] = this.#graph.nodes(
      'SkipSimplifiedLayerNormalization',
      [this.#sum, added, this.#weights.norm(next)],
      4,
      { epsilon: { float: rmsEpsilon } },
    );
    this.#normed = output;
    this.#sum = sum;
  }
}

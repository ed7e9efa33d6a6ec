/**
 * A graph for graphics cards: operators that onnxruntime's providers lack there are written in those that they have. An
 * operator that a provider lacks runs on the CPU, and everything that it reads and writes is copied from the card and back.
 */
import { GraphBuilder, type Attributes } from './graph-builder.ts';

export class PlainGraphBuilder extends GraphBuilder {
  override subgraph(name: string): GraphBuilder {
    return new PlainGraphBuilder(name, this.root);
  }

  override nodes(
    operator: string,
    inputs: string[],
    outputs: number | string[],
    attributes: Attributes = {},
  ): string[] {
    const [first = '', second = ''] = inputs;
    if (operator === 'FusedMatMul' && attributes['transB'] === 1 && !('alpha' in attributes)) {
      // The weights are turned around once, when the graph is loaded.
      const turned = super.nodes('Transpose', [second], 1, { perm: [1, 0] });
      return super.nodes('MatMul', [first, ...turned], outputs);
    }
    if (operator === 'LogSoftmax') return this.#logSoftmax(first, outputs, attributes);
    return super.nodes(operator, inputs, outputs, attributes);
  }

  #logSoftmax(x: string, outputs: number | string[], { axis }: Attributes): string[] {
    const along = { axes: [typeof axis === 'number' ? axis : -1], keepdims: 1 };
    const below = this.node('Sub', [x, this.node('ReduceMax', [x], along)]);
    const sum = this.node('ReduceSum', [this.node('Exp', [below]), this.integers(along.axes)]);
    return super.nodes('Sub', [below, this.node('Log', [sum])], outputs);
  }
}

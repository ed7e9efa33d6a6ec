/**
 * Builds ONNX graphs from code. A value is its name (a string); `node` adds a node and returns the name of its output,
 * so a graph reads as a sequence of assignments.
 */
import {
  attributeTypes,
  builtOperatorSet,
  elementTypes,
  encodeModel,
  type AttributeMessage,
  type ElementType,
  type GraphMessage,
  type TensorMessage,
  type ValueInfoMessage,
} from './onnx-schema.ts';

/** Where a large tensor lies in the file beside the model. */
export interface ExternalData {
  file: string;
  offset: number;
  length: number;
}

/** A number is written as an integer unless it is wrapped: `{ float: 1 }`. */
export type Attribute = number | number[] | string | { float: number } | GraphBuilder;
export type Attributes = Record<string, Attribute>;
/** A number is a fixed length, a string names a length that may vary; null leaves the whole shape open. */
export type Shape = (number | string)[] | null;

const microsoftOperators = new Set([
  'MatMulIntegerToFloat',
  'FastGelu',
  'FusedMatMul',
  'GroupQueryAttention',
  'MatMulNBits',
  'QuickGelu',
  'RotaryEmbedding',
  'SkipSimplifiedLayerNormalization',
]);

/** Up to this operator set, these name their axes in an attribute; later ones take them as an input. */
const lastWithAxesAttribute = 17;
const reductions = new Set(['ReduceMax', 'ReduceMin']);

export class GraphBuilder {
  /** The version of ONNX's operators that the graph is for: 13 or later. */
  readonly operatorSet: number;
  readonly #graph: GraphMessage;
  /** The outermost graph: constants are kept there once, and names are unique over all subgraphs. */
  readonly #root: GraphBuilder;
  readonly #constants = new Map<string, string>();
  #names = 0;

  constructor(
    name: string,
    root?: GraphBuilder,
    operatorSet = root?.operatorSet ?? builtOperatorSet,
  ) {
    this.#graph = { name, node: [], initializer: [], input: [], output: [] };
    this.#root = root ?? this;
    this.operatorSet = operatorSet;
  }

  /** A graph for the body of a Loop or a branch of an If; it sees the values of this one. */
  subgraph(name: string): GraphBuilder {
    return new GraphBuilder(name, this.#root);
  }

  /** The outermost graph, for builders that make subgraphs of their own kind. */
  protected get root(): GraphBuilder {
    return this.#root;
  }

  /** Declares an input of this graph. */
  input(name: string, type: ElementType, shape: Shape): string {
    this.#graph.input.push(valueInfo(name, type, shape));
    return name;
  }

  /** Declares a value as an output of this graph. */
  output(value: string, type: ElementType, shape: Shape = null): void {
    this.#graph.output.push(valueInfo(value, type, shape));
  }

  /** Adds a node with one output. */
  node(operator: string, inputs: string[], attributes: Attributes = {}): string {
    const [output = ''] = this.nodes(operator, inputs, 1, attributes);
    return output;
  }

  /** Adds a node with several outputs, named by the given names where there are any. */
  nodes(
    operator: string,
    inputs: string[],
    outputs: number | string[],
    attributes: Attributes = {},
  ): string[] {
    const { axes, ...others } = attributes;
    if (reductions.has(operator) && Array.isArray(axes) && this.operatorSet > lastWithAxesAttribute)
      return this.nodes(operator, [...inputs, this.integers(axes)], outputs, others);
    const name = this.#root.#uniqueName(operator);
    const names =
      typeof outputs === 'number'
        ? Array.from({ length: outputs }, (_, i) => (i === 0 ? name : `${name}_${i}`))
        : outputs;
    this.#graph.node.push({
      name,
      opType: operator,
      domain: microsoftOperators.has(operator) ? 'com.microsoft' : '',
      input: inputs,
      output: names,
      attribute: Object.entries(attributes).map(([key, value]) => attributeMessage(key, value)),
    });
    return names;
  }

  /** A small constant of 64-bit integers; a scalar where a single number is given. */
  integers(values: number | number[]): string {
    const list = typeof values === 'number' ? [values] : values;
    return this.#constant('int64', values, new BigInt64Array(list.map((value) => BigInt(value))));
  }

  /** A small constant of 32-bit floats; a scalar where a single number is given. */
  floats(values: number | number[]): string {
    const list = typeof values === 'number' ? [values] : values;
    return this.#constant('float32', values, new Float32Array(list));
  }

  /** A constant whose data lie in the file beside the model. */
  external(name: string, type: ElementType, dims: number[], data: ExternalData): string {
    this.#root.#graph.initializer.push({
      name,
      dims,
      dataType: elementTypes[type],
      dataLocation: 1,
      externalData: [
        { key: 'location', value: data.file },
        { key: 'offset', value: String(data.offset) },
        { key: 'length', value: String(data.length) },
      ],
    });
    return name;
  }

  /** The finished model, as the bytes of an .onnx file. Only for the outermost graph. */
  encode(): Uint8Array {
    return encodeModel(this.#graph);
  }

  /** The finished graph, to be an attribute of a node. */
  message(): GraphMessage {
    return this.#graph;
  }

  #constant(type: ElementType, values: number | number[], data: ArrayBufferView): string {
    const root = this.#root;
    const key = `${type} ${JSON.stringify(values)}`;
    const known = root.#constants.get(key);
    if (known !== undefined) return known;
    const tensor: TensorMessage = {
      name: root.#uniqueName('constant'),
      dims: typeof values === 'number' ? [] : [values.length],
      dataType: elementTypes[type],
      rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    };
    root.#graph.initializer.push(tensor);
    root.#constants.set(key, tensor.name);
    return tensor.name;
  }

  #uniqueName(stem: string): string {
    this.#names += 1;
    return `${stem}.${this.#names}`;
  }
}

function valueInfo(name: string, type: ElementType, shape: Shape): ValueInfoMessage {
  const elemType = elementTypes[type];
  if (shape === null) return { name, type: { tensorType: { elemType } } };
  const dim = shape.map((length) =>
    typeof length === 'number' ? { dimValue: length } : { dimParam: length },
  );
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

function attributeMessage(name: string, value: Attribute): AttributeMessage {
  if (typeof value === 'number') return { name, type: attributeTypes.int, i: value };
  if (typeof value === 'string') {
    return { name, type: attributeTypes.string, s: new TextEncoder().encode(value) };
  }
  if (Array.isArray(value)) return { name, type: attributeTypes.ints, ints: value };
  if (value instanceof GraphBuilder) {
    return { name, type: attributeTypes.graph, g: value.message() };
  }
  return { name, type: attributeTypes.float, f: value.float };
}

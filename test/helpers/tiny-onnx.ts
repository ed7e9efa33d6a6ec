/**
 * Writes small ONNX files for tests: just the fields of onnx.proto that a classifier needs, encoded by protobufjs's
 * writer. Independent of the engine's own graph builder, so that a fault there cannot hide in the tests.
 */
import protobuf from 'protobufjs/minimal.js';

/** The numbers of TensorProto.DataType. */
export const dataTypes = {
  float32: 1,
  int8: 3,
  int32: 6,
  int64: 7,
  float16: 10,
  float64: 11,
} as const;
export type DataType = keyof typeof dataTypes;

export interface OnnxValue {
  name: string;
  type: DataType;
  /** A number is fixed, a name is symbolic (`batch`). */
  shape: (number | string)[];
}

export interface OnnxTensor {
  name: string;
  type: 'float32' | 'int8' | 'int64';
  dims: number[];
  data: Float32Array | Int8Array | BigInt64Array;
  /** Keep the numbers in this file beside the model instead. The caller writes it, or leaves it missing. */
  externalFile?: string;
  /** Says of the file what it likes: `offset`, `length`. */
  externalPlace?: Record<string, string>;
}

export interface OnnxNode {
  operator: string;
  inputs: string[];
  outputs: string[];
  /** Integers and lists of integers are all that our graphs need. */
  attributes?: Record<string, number | number[]>;
}

export interface OnnxGraph {
  inputs: OnnxValue[];
  outputs: OnnxValue[];
  initializers: OnnxTensor[];
  nodes: OnnxNode[];
}

type Fill = (writer: protobuf.Writer) => void;

const intField = (number: number, value: number): Fill => {
  return (writer) => writer.uint32((number << 3) | 0).int64(value);
};
const textField = (number: number, value: string): Fill => {
  return (writer) => writer.uint32((number << 3) | 2).string(value);
};
const bytesField = (number: number, value: Uint8Array): Fill => {
  return (writer) => writer.uint32((number << 3) | 2).bytes(value);
};
const messageField = (number: number, ...fields: Fill[]): Fill => {
  return bytesField(number, message(fields));
};

function message(fields: Fill[]): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const fill of fields) fill(writer);
  return writer.finish();
}

function valueFields({ name, type, shape }: OnnxValue): Fill[] {
  const dimensions = shape.map((size) =>
    messageField(1, typeof size === 'number' ? intField(1, size) : textField(2, size)),
  );
  const tensorType = messageField(1, intField(1, dataTypes[type]), messageField(2, ...dimensions));
  return [textField(1, name), messageField(2, tensorType)];
}

function tensorFields(tensor: OnnxTensor): Fill[] {
  const { name, type, dims, data, externalFile, externalPlace = {} } = tensor;
  const header = [
    ...dims.map((size) => intField(1, size)),
    intField(2, dataTypes[type]),
    textField(8, name),
  ];
  if (externalFile !== undefined) {
    const entries = Object.entries({ location: externalFile, ...externalPlace });
    const place = entries.map(([key, value]) =>
      messageField(13, textField(1, key), textField(2, value)),
    );
    return [...header, ...place, intField(14, 1)];
  }
  return [...header, bytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))];
}

function nodeFields({ operator, inputs, outputs, attributes = {} }: OnnxNode): Fill[] {
  return [
    ...inputs.map((name) => textField(1, name)),
    ...outputs.map((name) => textField(2, name)),
    textField(4, operator),
    ...Object.entries(attributes).map(([name, value]) =>
      typeof value === 'number'
        ? messageField(5, textField(1, name), intField(3, value), intField(20, 2))
        : messageField(
            5,
            textField(1, name),
            ...value.map((entry) => intField(8, entry)),
            intField(20, 7),
          ),
    ),
  ];
}

/** The bytes of an ONNX model (IR version 8) with this graph. */
export function encodeOnnx(graph: OnnxGraph, operatorSet = 17): Uint8Array {
  return message([
    intField(1, 8),
    textField(2, 'winnow-tests'),
    messageField(
      7,
      ...graph.nodes.map((node) => messageField(1, ...nodeFields(node))),
      textField(2, 'graph'),
      ...graph.initializers.map((tensor) => messageField(5, ...tensorFields(tensor))),
      ...graph.inputs.map((value) => messageField(11, ...valueFields(value))),
      ...graph.outputs.map((value) => messageField(12, ...valueFields(value))),
    ),
    messageField(8, intField(2, operatorSet)),
  ]);
}

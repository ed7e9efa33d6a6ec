/**
 * The part of onnx.proto that Winnow writes, field numbers as in https://github.com/onnx/onnx/blob/main/onnx/onnx.proto,
 * as a protobufjs descriptor. What is not listed is never written.
 */
import protobuf from 'protobufjs';
import { commonMessages, repeated, single } from './onnx-fields.ts';

const root = protobuf.Root.fromJSON({
  nested: {
    ...commonMessages,
    TensorProto: {
      fields: {
        dims: repeated('int64', 1),
        dataType: single('int32', 2),
        name: single('string', 8),
        rawData: single('bytes', 9),
        externalData: repeated('StringStringEntryProto', 13),
        dataLocation: single('int32', 14),
      },
    },
    AttributeProto: {
      fields: {
        name: single('string', 1),
        f: single('float', 2),
        i: single('int64', 3),
        s: single('bytes', 4),
        g: single('GraphProto', 6),
        ints: repeated('int64', 8),
        type: single('int32', 20),
      },
    },
    GraphProto: {
      fields: {
        node: repeated('NodeProto', 1),
        name: single('string', 2),
        initializer: repeated('TensorProto', 5),
        input: repeated('ValueInfoProto', 11),
        output: repeated('ValueInfoProto', 12),
      },
    },
    ModelProto: {
      fields: {
        irVersion: single('int64', 1),
        producerName: single('string', 2),
        graph: single('GraphProto', 7),
        opsetImport: repeated('OperatorSetIdProto', 8),
      },
    },
  },
});

/** The version of ONNX's operators that Winnow's own graphs are written in. */
export const builtOperatorSet = 17;

const modelProto = root.lookupType('ModelProto');

/** Numbers of TensorProto.DataType. */
export const elementTypes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int64: 7,
  bool: 9,
  float16: 10,
} as const;
export type ElementType = keyof typeof elementTypes;

/** Numbers of AttributeProto.AttributeType. */
export const attributeTypes = { float: 1, int: 2, string: 3, graph: 5, ints: 7 } as const;

export interface TensorMessage {
  name: string;
  dims: number[];
  dataType: number;
  rawData?: Uint8Array;
  externalData?: { key: string; value: string }[];
  /** 1: the data lie in another file. */
  dataLocation?: number;
}

export interface ValueInfoMessage {
  name: string;
  type: {
    tensorType: {
      elemType: number;
      shape?: { dim: ({ dimValue: number } | { dimParam: string })[] };
    };
  };
}

export interface AttributeMessage {
  name: string;
  type: number;
  f?: number;
  i?: number;
  s?: Uint8Array;
  g?: GraphMessage;
  ints?: number[];
}

export interface NodeMessage {
  input: string[];
  output: string[];
  name: string;
  opType: string;
  domain: string;
  attribute: AttributeMessage[];
}

export interface GraphMessage {
  name: string;
  node: NodeMessage[];
  initializer: TensorMessage[];
  input: ValueInfoMessage[];
  output: ValueInfoMessage[];
}

/** Serialises a graph as an ONNX model file. */
export function encodeModel(graph: GraphMessage): Uint8Array {
  const message = modelProto.fromObject({
    irVersion: 8,
    producerName: 'winnow',
    graph,
    opsetImport: [
      { domain: '', version: builtOperatorSet },
      { domain: 'com.microsoft', version: 1 },
    ],
  });
  return modelProto.encode(message).finish();
}

/** Serialises a part of a graph, to be put into a model that is written elsewhere. */
export function encodePart(
  type: 'NodeProto' | 'TensorProto' | 'ValueInfoProto',
  part: NodeMessage | TensorMessage | ValueInfoMessage,
): Uint8Array {
  const proto = root.lookupType(type);
  return proto.encode(proto.fromObject(part)).finish();
}

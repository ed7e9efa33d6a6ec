/**
 * onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) as far as an exported model has to be understood.
 * What only passes through, nodes and functions above all, is declared as bytes: so it stays as it is, whatever is in it.
 */
import protobuf from 'protobufjs';
import { commonMessages, repeated, single } from '../graph/onnx-fields.ts';

const root = protobuf.Root.fromJSON({
  nested: {
    ...commonMessages,
    TensorProto: {
      fields: {
        dims: repeated('int64', 1),
        dataType: single('int32', 2),
        name: single('string', 8),
        externalData: repeated('StringStringEntryProto', 13),
        dataLocation: single('int32', 14),
      },
    },
    AttributeProto: {
      fields: {
        name: single('string', 1),
        i: single('int64', 3),
        g: single('bytes', 6),
        type: single('int32', 20),
      },
    },
    GraphProto: {
      fields: {
        node: repeated('bytes', 1),
        name: single('string', 2),
        initializer: repeated('bytes', 5),
        input: repeated('bytes', 11),
        output: repeated('bytes', 12),
        sparseInitializer: repeated('bytes', 15),
      },
    },
    ModelProto: {
      fields: {
        irVersion: single('int64', 1),
        producerName: single('string', 2),
        graph: single('GraphProto', 7),
        opsetImport: repeated('OperatorSetIdProto', 8),
        functions: repeated('bytes', 25),
      },
    },
  },
});

export interface TensorHeader {
  name: string;
  dims: number[];
  dataType: number;
  externalData: { key: string; value: string }[];
  /** 1: the data lie in another file. */
  dataLocation: number;
}

export interface ValueHeader {
  name: string;
  /** null where it is no tensor. */
  elementType: number | null;
  /** A name, or nothing, where a length is not fixed; null where even their number is not. */
  shape: (number | string)[] | null;
}

export interface NodeHeader {
  input: string[];
  output: string[];
  opType: string;
  domain: string;
  attribute: { name: string; i?: number; g?: Uint8Array; type: number }[];
}

export interface OperatorSet {
  domain: string;
  version: number;
}

export interface GraphParts {
  name: string;
  node: Uint8Array[];
  initializer: Uint8Array[];
  input: Uint8Array[];
  output: Uint8Array[];
  sparseInitializer?: Uint8Array[];
}

export interface ModelParts {
  irVersion: number;
  producerName: string;
  graph: GraphParts;
  opsetImport: OperatorSet[];
  functions: Uint8Array[];
}

const numbers = { longs: Number, defaults: true, arrays: true } as const;

/** @throws Error where the bytes are no such message */
function decode(type: string, bytes: Uint8Array): unknown {
  const message = root.lookupType(type);
  return message.toObject(message.decode(bytes), numbers);
}

function encode(type: string, message: object): Uint8Array {
  const proto = root.lookupType(type);
  return proto.encode(proto.fromObject(message)).finish();
}

/** These throw an Error where the bytes are no such message. */
export const decodeTensor = (bytes: Uint8Array) => decode('TensorProto', bytes) as TensorHeader;
export const decodeNode = (bytes: Uint8Array) => decode('NodeProto', bytes) as NodeHeader;
export const decodeOperatorSet = (bytes: Uint8Array) =>
  decode('OperatorSetIdProto', bytes) as OperatorSet;

interface ValueMessage {
  name: string;
  type: {
    tensorType: {
      elemType: number;
      shape: { dim: { dimValue: number; dimParam: string }[] } | null;
    } | null;
  } | null;
}

/** Throws an Error where the bytes are no such message. */
export function decodeValue(bytes: Uint8Array): ValueHeader {
  const { name, type } = decode('ValueInfoProto', bytes) as ValueMessage;
  const tensor = type?.tensorType ?? null;
  const dims = tensor?.shape?.dim ?? null;
  return {
    name,
    elementType: tensor?.elemType ?? null,
    // A length of 0 is how an unknown one is read; no real length of a cache or of logits is 0.
    shape: dims?.map(({ dimValue, dimParam }) => (dimValue > 0 ? dimValue : dimParam)) ?? null,
  };
}

export const encodeTensor = (tensor: TensorHeader) => encode('TensorProto', tensor);
export const encodeNode = (node: NodeHeader & { name: string }) => encode('NodeProto', node);
export const encodeGraph = (graph: GraphParts) => encode('GraphProto', graph);
export const encodeModel = (model: ModelParts) => encode('ModelProto', model);

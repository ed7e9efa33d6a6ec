/**
 * Messages of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) that graphs which Winnow writes and
 * graphs which it reads have in common, as a protobufjs descriptor.
 */
export const repeated = (type: string, id: number) => ({ rule: 'repeated', type, id });
export const single = (type: string, id: number) => ({ type, id });

export const commonMessages = {
  StringStringEntryProto: { fields: { key: single('string', 1), value: single('string', 2) } },
  DimensionProto: { fields: { dimValue: single('int64', 1), dimParam: single('string', 2) } },
  TensorShapeProto: { fields: { dim: repeated('DimensionProto', 1) } },
  TensorTypeProto: {
    fields: { elemType: single('int32', 1), shape: single('TensorShapeProto', 2) },
  },
  TypeProto: { fields: { tensorType: single('TensorTypeProto', 1) } },
  ValueInfoProto: { fields: { name: single('string', 1), type: single('TypeProto', 2) } },
  NodeProto: {
    fields: {
      input: repeated('string', 1),
      output: repeated('string', 2),
      name: single('string', 3),
      opType: single('string', 4),
      attribute: repeated('AttributeProto', 5),
      domain: single('string', 7),
    },
  },
  OperatorSetIdProto: { fields: { domain: single('string', 1), version: single('int64', 2) } },
};

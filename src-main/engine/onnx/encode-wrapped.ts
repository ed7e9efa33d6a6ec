/** Joins an exported graph and Winnow's loop around it into one ONNX model, message by message. */
import { encodePart, type GraphMessage, type NodeMessage } from '../graph/onnx-schema.ts';
import { nameFrom } from './data-files.ts';
import type { ExportedModel, ExportedTensor } from './read-model.ts';
import { encodeGraph, encodeModel, encodeNode, encodeTensor } from './schema.ts';

/** A prefix that nothing in the export begins with. */
export function freePrefix({ nodes, tensors }: ExportedModel): string {
  let prefix = 'winnow/';
  const taken = () =>
    tensors.some(({ name }) => name.includes(prefix)) ||
    nodes.some((node) => Buffer.from(node.buffer, node.byteOffset, node.length).includes(prefix));
  while (taken()) prefix = `winnow-${prefix}`;
  return prefix;
}

/** A value's name, and what it is called instead. */
export type Rename = (name: string) => string;

/** The same graph with other names, in its subgraphs too. */
export function withNames(graph: GraphMessage, rename: Rename): GraphMessage {
  const named = <Part extends { name: string }>(part: Part): Part => ({
    ...part,
    name: rename(part.name),
  });
  return {
    name: graph.name,
    initializer: graph.initializer.map(named),
    input: graph.input.map(named),
    output: graph.output.map(named),
    node: graph.node.map((node) => ({
      ...named(node),
      input: node.input.map(rename),
      output: node.output.map(rename),
      attribute: node.attribute.map((attribute) =>
        attribute.g === undefined ? attribute : { ...attribute, g: withNames(attribute.g, rename) },
      ),
    })),
  };
}

/** The bytes of the whole model. */
export function encodeWrapped(
  exported: ExportedModel,
  graph: GraphMessage,
  { before, root }: { before: number; root: string },
): Uint8Array {
  return encodeModel({
    irVersion: Math.max(exported.irVersion, 8),
    producerName: 'winnow',
    opsetImport: exported.operatorSets,
    functions: exported.functions,
    graph: {
      ...encodedParts(graph),
      node: graph.node.map((node) =>
        node.opType === 'Loop'
          ? encodedLoop(node, exported.nodes, before)
          : encodePart('NodeProto', node),
      ),
      initializer: [
        ...graph.initializer.map((tensor) => encodePart('TensorProto', tensor)),
        ...exported.tensors.map((tensor) => encodedTensor(tensor, root)),
      ],
      sparseInitializer: exported.sparseTensors,
    },
  });
}

function encodedLoop(node: NodeMessage, exportNodes: Uint8Array[], before: number): Uint8Array {
  const attribute = node.attribute.map(({ name, type, g }) => {
    if (g === undefined) return { name, type };
    const own = g.node.map((part) => encodePart('NodeProto', part));
    const all = [...own.slice(0, before), ...exportNodes, ...own.slice(before)];
    const initializer = g.initializer.map((tensor) => encodePart('TensorProto', tensor));
    return { name, type, g: encodeGraph({ ...encodedParts(g), node: all, initializer }) };
  });
  return encodeNode({ ...node, attribute });
}

function encodedParts({ name, input, output }: GraphMessage) {
  return {
    name,
    input: input.map((value) => encodePart('ValueInfoProto', value)),
    output: output.map((value) => encodePart('ValueInfoProto', value)),
  };
}

function encodedTensor(tensor: ExportedTensor, root: string): Uint8Array {
  const { name, dims, elementType, message, data } = tensor;
  if (message !== null) return message;
  if (data === null) throw new RangeError(`the tensor ${name} has no data`);
  return encodeTensor({
    name,
    dims,
    dataType: elementType,
    dataLocation: 1,
    externalData: [
      { key: 'location', value: nameFrom(root, data.file) },
      { key: 'offset', value: String(data.offset) },
      { key: 'length', value: String(data.length) },
    ],
  });
}

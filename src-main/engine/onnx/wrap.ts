/**
 * Puts an exported decoder as it is into a Loop that writes up to K tokens for B rows, with Winnow's sampler behind it.
 * The export's nodes become the loop's body, untouched; its constants move to the graph around it, where they are named
 * by the places where they lie already. Winnow's own names are kept apart by a prefix.
 */
import { declareSamplingInputs } from '../graph/decode-graph.ts';
import { graphInputs } from '../graph/decode-inputs.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { encodePart, type GraphMessage, type NodeMessage } from '../graph/onnx-schema.ts';
import { chosenLogProbabilities, sampler } from '../graph/sampler.ts';
import { nameFrom } from './data-files.ts';
import type { ExportShape } from './decoder-shape.ts';
import { float32, int64 } from './element-types.ts';
import { damagedExport, unsupportedExport } from './faults.ts';
import type { ExportedModel, ExportedTensor } from './read-model.ts';
import { encodeGraph, encodeModel, encodeNode, encodeTensor, type OperatorSet } from './schema.ts';

/** Inputs of the wrapped graph, beside those of decode-inputs.ts that it uses, and its outputs; all with the prefix. */
export const wrappedNames = {
  /** int64 `[1]`: tokens of each row after the first step. */
  firstLength: 'first-length',
  /** `[ROWS, heads, TOKENS, headSize]`, for each part of the cache. */
  past: (part: number) => `past.${part}`,
  present: (part: number) => `present.${part}`,
  /** As in decode-graph.ts. */
  tokens: 'new-tokens',
  logProbabilities: 'new-log-probabilities',
} as const;

export interface WrappedGraph {
  /** The folder that the model's files with numbers are named from. */
  root: string;
  /** The bytes of an .onnx file. */
  model: Uint8Array;
  /** Stands before every name of wrappedNames, decode-inputs.ts and sampler.ts. */
  prefix: string;
}

const oldestOperatorSet = 13;

/**
 * @throws model-format-unsupported, model-damaged
 */
export function wrapExport(exported: ExportedModel, shape: ExportShape): WrappedGraph {
  const operatorSet = standardVersion(exported.operatorSets);
  const graph = new GraphBuilder('winnow-export', undefined, operatorSet);
  const { before, body } = loopBody(graph, shape);
  surround(graph, shape, body);
  const taken = namesOf(shape);
  const prefix = freePrefix(exported);
  const own = (name: string) => (name === '' || taken.has(name) ? name : prefix + name);
  const root = exported.files.root();
  return {
    root,
    prefix,
    model: encode(exported, withNames(graph.message(), own), { before, root }),
  };
}

function standardVersion(sets: readonly OperatorSet[]): number {
  const standard = sets.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  if (standard === undefined) throw damagedExport('it does not say which operators it uses');
  if (standard.version >= oldestOperatorSet) return standard.version;
  throw unsupportedExport(
    `This ONNX model was exported for old operators (set ${standard.version}); Winnow needs set ${oldestOperatorSet} or later.`,
    { operatorSet: standard.version },
  );
}

/** The loop, and around it what JavaScript gives and takes. */
function surround(graph: GraphBuilder, shape: ExportShape, body: GraphBuilder): void {
  graph.input(graphInputs.steps, 'int64', []);
  graph.input(graphInputs.tokens, 'int64', ['ROWS', 'TOKENS']);
  graph.input(wrappedNames.firstLength, 'int64', [1]);
  graph.input(graphInputs.uniforms, 'float32', ['RUN_STEPS', 'ROWS']);
  graph.input(graphInputs.ended, 'bool', ['ROWS']);
  graph.input(graphInputs.endTokens, 'int64', ['ENDS']);
  declareSamplingInputs(graph);
  const parts = [...shape.cache.entries()];
  const pasts = parts.map(([part, { heads, headSize }]) =>
    graph.input(wrappedNames.past(part), shape.cacheType, ['ROWS', heads, 'PAST', headSize]),
  );
  const [zero, one] = [graph.integers([0]), graph.integers([1])];
  const nothingWritten = graph.node('Slice', [graphInputs.seen, zero, zero, one]);
  const initial = [graphInputs.tokens, graphInputs.ended, nothingWritten, ...pasts];
  const presents = parts.map(([part]) => wrappedNames.present(part));
  const scanned = [wrappedNames.tokens, wrappedNames.logProbabilities];
  const outputs = ['last-token', 'last-ended', 'last-written', ...presents, ...scanned];
  graph.nodes('Loop', [graphInputs.steps, '', ...initial], outputs, { body });
  graph.output(wrappedNames.tokens, 'int64', ['STEPS', 'ROWS']);
  graph.output(wrappedNames.logProbabilities, 'float32', ['STEPS', 'ROWS']);
  for (const present of presents) graph.output(present, shape.cacheType);
}

/**
 * One step, without the export's own nodes.
 * @returns how many of the body's nodes come before the export's
 */
function loopBody(graph: GraphBuilder, shape: ExportShape): { body: GraphBuilder; before: number } {
  const body = graph.subgraph('step');
  const step = body.input('step', 'int64', []);
  body.input('go-on', 'bool', []);
  const tokens = body.input('read', 'int64', ['STEP_ROWS', 'STEP_TOKENS']);
  const ended = body.input('step-ended', 'bool', ['STEP_ROWS']);
  const written = body.input('step-written', 'int64', ['STEP_ROWS', 'STEP_WRITTEN']);
  for (const { past, heads, headSize } of shape.cache) {
    body.input(past, shape.cacheType, ['STEP_ROWS', heads, 'STEP_PAST', headSize]);
  }
  exportInputs(body, shape, { step, tokens });
  const before = body.message().node.length;
  const next = nextToken(body, shape, { step, ended, written });
  body.output(next.goOn, 'bool', []);
  body.output(next.column, 'int64', ['NEXT_ROWS', 1]);
  body.output(next.ended, 'bool', ['NEXT_ROWS']);
  body.output(next.written, 'int64', ['NEXT_ROWS', 'NEXT_WRITTEN']);
  for (const { present } of shape.cache) body.output(present, shape.cacheType);
  body.output(next.token, 'int64', ['NEXT_ROWS']);
  body.output(next.logProbabilities, 'float32', ['NEXT_ROWS']);
  return { body, before };
}

/** What the export wants beside its cache, under the names that it has for it. */
function exportInputs(
  body: GraphBuilder,
  { plainInputs }: ExportShape,
  { step, tokens }: { step: string; tokens: string },
): void {
  const zero = body.integers([0]);
  const one = body.integers([1]);
  const size = body.node('Shape', [tokens]);
  const rows = body.node('Gather', [size, zero]);
  const count = body.node('Gather', [size, one]);
  const length = body.node('Add', [wrappedNames.firstLength, step]);
  const scalar = (value: string) => body.node('Squeeze', [value, zero]);
  const values = {
    input_ids: () => tokens,
    // Rows are in lockstep and have no padding: nothing is hidden.
    attention_mask: () =>
      body.node('Expand', [one, body.node('Concat', [rows, length], { axis: 0 })]),
    position_ids: () => {
      const first = scalar(body.node('Sub', [length, count]));
      const line = body.node('Range', [first, scalar(length), body.integers(1)]);
      return body.node('Expand', [line, size]);
    },
    num_logits_to_keep: () => one,
  };
  for (const { name, elementType, axes } of plainInputs) {
    const made = axes === 0 ? scalar(values[name]()) : values[name]();
    if (elementType === int64) body.nodes('Identity', [made], [name]);
    else body.nodes('Cast', [made], [name], { to: elementType });
  }
}

/** Each row's next token, from the logits of the last one that it read. */
function nextToken(
  body: GraphBuilder,
  { vocabularySize, logitsType }: ExportShape,
  state: { step: string; ended: string; written: string },
) {
  const last = body.node('Gather', ['logits', body.integers(-1)], { axis: 1 });
  const raw = logitsType === float32 ? last : body.node('Cast', [last], { to: float32 });
  const logits = body.node('Mul', [raw, graphInputs.hiddenScale]);
  const uniform = body.node('Gather', [graphInputs.uniforms, state.step], { axis: 0 });
  const seen = body.node('Concat', [graphInputs.seen, state.written], { axis: 1 });
  const token = sampler(body, vocabularySize, { logits, uniform, seen });
  const column = body.node('Unsqueeze', [token, body.integers([1])]);
  const endsHere = body.node('Cast', [body.node('Equal', [column, graphInputs.endTokens])], {
    to: int64,
  });
  const ends = body.node('ReduceSum', [endsHere, body.integers([1])], { keepdims: 0 });
  const ended = body.node('Or', [state.ended, body.node('Greater', [ends, body.integers(0)])]);
  const going = body.node('Cast', [body.node('Not', [ended])], { to: int64 });
  const rowsGoing = body.node('ReduceSum', [going, body.integers([0])], { keepdims: 0 });
  return {
    token: body.node('Identity', [token]),
    column,
    ended,
    goOn: body.node('Greater', [rowsGoing, body.integers(0)]),
    written: body.node('Concat', [state.written, column], { axis: 1 }),
    logProbabilities: chosenLogProbabilities(body, logits, token),
  };
}

/** The export's names that Winnow's nodes read or give. */
function namesOf({ cache, plainInputs }: ExportShape): Set<string> {
  const parts = cache.flatMap(({ past, present }) => [past, present]);
  return new Set(['logits', ...parts, ...plainInputs.map(({ name }) => name)]);
}

/** A prefix that nothing in the export begins with. */
function freePrefix({ nodes, tensors }: ExportedModel): string {
  let prefix = 'winnow/';
  const taken = () =>
    tensors.some(({ name }) => name.includes(prefix)) ||
    nodes.some((node) => Buffer.from(node.buffer, node.byteOffset, node.length).includes(prefix));
  while (taken()) prefix = `winnow-${prefix}`;
  return prefix;
}

type Rename = (name: string) => string;

/** The same graph with other names, in its subgraphs too. */
function withNames(graph: GraphMessage, rename: Rename): GraphMessage {
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

function encode(
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

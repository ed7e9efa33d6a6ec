/**
 * Puts an exported decoder as it is into a Loop that writes up to K tokens for B rows, with Winnow's sampler behind it.
 * The export's nodes become the loop's body, untouched; its constants move to the graph around it, where they are named
 * by the places where they lie already. Winnow's own names are kept apart by a prefix.
 */
import { declareSamplingInputs } from '../graph/decode-graph.ts';
import { graphInputs } from '../graph/decode-inputs.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { chosenLogProbabilities, sampler } from '../graph/sampler.ts';
import type { ExportShape } from './decoder-shape.ts';
import { float32, int64 } from './element-types.ts';
import { encodeWrapped, freePrefix, withNames } from './encode-wrapped.ts';
import { damagedExport, unsupportedExport } from './faults.ts';
import type { ExportedModel } from './read-model.ts';
import type { OperatorSet } from './schema.ts';

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
 * The export in its loop, to be given to onnxruntime as bytes.
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
    model: encodeWrapped(exported, withNames(graph.message(), own), { before, root }),
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

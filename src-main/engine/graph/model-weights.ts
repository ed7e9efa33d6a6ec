import type { ModelFacts } from '../gguf/types.ts';
import type { GraphBuilder } from './graph-builder.ts';

/** The answers' cache is cut at multiples of this many tokens, counted from the answer's start. */
export const blockTokens = 16;

/** What the graphs of a decoder depend on. */
export type DecoderShape = Omit<
  ModelFacts,
  'architecture' | 'name' | 'licence' | 'contextLength' | 'tiedOutput' | 'quantisation'
>;

/** What a cache of keys and values depends on. */
export type CacheShape = Pick<DecoderShape, 'layers' | 'keyValueHeads' | 'headSize'>;

/** The linear layers of a decoder, with what belongs together joined: fewer, larger products. */
export type LinearName =
  | `layer.${number}.query-key-value`
  | `layer.${number}.attention-output`
  | `layer.${number}.gate-up`
  | `layer.${number}.down`
  | 'output'
  // Of a model that judges, in place of the output: its own layer and its outputs.
  | 'head-dense'
  | 'head';

export type NormName =
  | `layer.${number}.${'attention' | 'feed-forward'}-${'norm' | 'after-norm'}`
  | `layer.${number}.${'query' | 'key'}-norm`
  | 'output-norm';

/** A model's weights as parts of a graph; what they are stored and computed in is their own affair. */
export interface ModelWeights {
  /** y = x W (+ bias) for the weights of that name: fp32 `[rows, tokens, inputs]` → `[rows, tokens, outputs]`. */
  linear(graph: GraphBuilder, name: LinearName, x: string): string;
  /** Scales of an RMS norm, fp32. */
  norm(name: NormName): string;
  /** Rows of the embedding: int64 `[rows]` → fp32 `[rows, width]`. */
  embed(graph: GraphBuilder, tokens: string): string;
}

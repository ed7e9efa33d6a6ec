import type { GraphBuilder } from './graph-builder.ts';

/** The answers' cache is cut at multiples of this many tokens, counted from the answer's start. */
export const blockTokens = 16;

/** The numbers that the shape of a decoder's graph depends on. */
export interface DecoderShape {
  layers: number;
  width: number;
  heads: number;
  keyValueHeads: number;
  headSize: number;
  feedForward: number;
  vocabularySize: number;
  rmsEpsilon: number;
  /** How many of a head's numbers are rotated. */
  ropeDimension: number;
  /** Neighbouring numbers are rotated together (llama's files); else the two halves of a head. */
  ropeInterleaved: boolean;
}

/** The linear layers of a decoder, with what belongs together joined: fewer, larger products. */
export type LinearName =
  | `layer.${number}.query-key-value`
  | `layer.${number}.attention-output`
  | `layer.${number}.gate-up`
  | `layer.${number}.down`
  | 'output';

export type NormName = `layer.${number}.${'attention' | 'feed-forward'}-norm` | 'output-norm';

/** A model's weights as parts of a graph; what they are stored and computed in is their own affair. */
export interface ModelWeights {
  /** y = x W for the weights of that name: fp32 `[rows, tokens, inputs]` → `[rows, tokens, outputs]`. */
  linear(graph: GraphBuilder, name: LinearName, x: string): string;
  /** Scales of an RMS norm, `[width]`, fp32. */
  norm(name: NormName): string;
  /** Rows of the embedding: int64 `[rows]` → fp32 `[rows, width]`. */
  embed(graph: GraphBuilder, tokens: string): string;
}

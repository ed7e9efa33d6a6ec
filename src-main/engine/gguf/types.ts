import type { Design } from './architectures/architecture.ts';
import type { GgufMetadata } from './metadata.ts';

/** The ways of storing a tensor's numbers that Winnow reads. The layouts are in block-types.ts. */
export type TensorType =
  | 'F32'
  | 'F16'
  | 'BF16'
  | 'Q4_0'
  | 'Q4_1'
  | 'Q5_0'
  | 'Q5_1'
  | 'Q8_0'
  | 'Q2_K'
  | 'Q3_K'
  | 'Q4_K'
  | 'Q5_K'
  | 'Q6_K'
  | 'IQ4_NL'
  | 'IQ4_XS'
  | 'MXFP4';

/** One entry of a file's table of tensors, checked to lie inside the file. */
export interface GgufTensor {
  name: string;
  /** Row-major, as in other programs: `[rows, columns]`. The file itself stores the reverse. */
  shape: number[];
  type: TensorType;
  /** Where the data begins, in bytes from the start of the file. */
  offset: number;
  byteLength: number;
  elementCount: number;
}

/** An open GGUF file, or several that make up one model, whose headers have been read and checked. */
export interface GgufFile {
  /** Of the first part, where it is split. */
  path: string;
  /** Every file that it consists of, in their order. */
  files: readonly string[];
  /** Of all of them. */
  sizeBytes: number;
  version: number;
  metadata: GgufMetadata;
  tensors: ReadonlyMap<string, GgufTensor>;
  /** Reads a tensor's stored bytes. Throws model-truncated, model-unreadable. */
  read(tensor: GgufTensor): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** How queries and keys are rotated by their positions (RoPE). */
export interface Rope {
  base: number;
  /** `[ropeDimension / 2]`: each frequency is divided by its entry. null: all are 1. */
  divisors: Float32Array | null;
  /** What is rotated is also multiplied by this (YaRN, LongRoPE). */
  magnitude: number;
}

/** Where a layer differs from others of the same model. */
export interface LayerKind {
  /** Which of the model's ropes; null: queries and keys are not rotated. */
  rope: number | null;
  /** It sees only the model's sliding window. */
  windowed: boolean;
}

/** What a decoder that judges has in place of an output over the vocabulary (classification-head.ts). */
export interface ClassificationHead {
  /** The names of its outputs, in their order. */
  labels: readonly string[];
  bias: boolean;
  /** A further layer stands before the outputs. */
  dense: boolean;
  denseBias: boolean;
}

/** What is known of a model from its metadata, checked against its tensors (model-facts.ts). */
export interface ModelFacts extends Design {
  architecture: string;
  name: string;
  licence: string | null;
  layers: number;
  /** Length of the hidden state. */
  width: number;
  heads: number;
  keyValueHeads: number;
  headSize: number;
  feedForward: number;
  contextLength: number;
  vocabularySize: number;
  rmsEpsilon: number;
  /** How many of a head's numbers are rotated, always even. */
  ropeDimension: number;
  ropes: readonly Rope[];
  /** One for each layer. */
  layerKinds: readonly LayerKind[];
  /** Positions that a windowed layer sees, its own included; null where no layer is. */
  slidingWindow: number | null;
  embeddingScale: number;
  /** Of what attention and feed-forward add to the hidden state. */
  residualScale: number;
  attentionScale: number;
  logitScale: number;
  /** Scores, and logits, are softly kept within ± this number; null: they are not. */
  scoreCap: number | null;
  logitCap: number | null;
  /** The output projection is the embedding itself (there is no `output.weight`). */
  tiedOutput: boolean;
  /** It judges texts; null: it writes them. */
  head: ClassificationHead | null;
  /** As the packagers name it: `Q4_1`, `Q4_K_M`. */
  quantisation: string;
}

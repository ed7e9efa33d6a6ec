/**
 * One kind of decoder as GGUF files name it: where it differs from llama. The graphs follow it (graph/decoder-layers.ts),
 * so a description is all that a new kind needs, unless it does what no other does.
 */
export interface Architecture {
  /** As `general.architecture` and the other keys call it. */
  name: string;
  /** The models that people know it by. */
  models: readonly string[];
  design: Design;
  /** What it does beyond the design, by the numbers of a file. */
  peculiarities?: (file: FileNumbers, size: ModelSize) => Peculiarities;
}

/** What all models of an architecture have in common. */
export interface Design {
  /** Neighbouring numbers of a head are rotated together, since the file's rows are reordered; else its two halves. */
  ropeInterleaved: boolean;
  /** Whether RMS norms stand before attention and feed-forward, after them, or both. */
  norms: 'before' | 'after' | 'around';
  /** RMS norms of queries and of keys: of each head, of all heads together, or none. */
  queryKeyNorm: 'none' | 'each-head' | 'all-heads';
  queryKeyValueBias: boolean;
  /** The file keeps queries, keys and values in one tensor, and so gate and up. */
  joinedTensors: boolean;
  activation: 'silu' | 'gelu';
}

/** The numbers of a file, under names without the architecture's prefix. */
export interface FileNumbers {
  /** A number above 0, or what is given where the file does not say. */
  positive<T>(name: string, otherwise: T): number | T;
  /** The length of the sliding window; null where there is none. */
  slidingWindow(): number | null;
  /** Which layers have the window: as the file says, or all but the last of every `period`. */
  windowedLayers(period: number): (layer: number) => boolean;
}

/** The numbers that peculiarities may depend on. */
export interface ModelSize {
  layers: number;
  width: number;
  heads: number;
  headSize: number;
}

/** Whatever is left out is as in llama. */
export interface Peculiarities {
  /** The embedding is multiplied by this. */
  embeddingScale?: number;
  /** What attention and feed-forward add to the hidden state is multiplied by this. */
  residualScale?: number;
  /** Scores are multiplied by this, instead of 1 / √headSize. */
  attentionScale?: number;
  /** Logits are multiplied by this. */
  logitScale?: number;
  /** Scores, and logits, are softly kept within ± this number. */
  scoreCap?: number | null;
  logitCap?: number | null;
  /** Some layers see only the last positions. */
  window?: LayerWindow;
  /** Layers that do not rotate queries and keys. */
  unrotated?: (layer: number) => boolean;
}

export interface LayerWindow {
  /** How many positions such a layer sees, its own included; null: all. */
  length: number | null;
  isIn: (layer: number) => boolean;
  /** These layers rotate by this base, whatever scales the other layers' rotation. */
  ropeBase?: number;
}

/** The inputs of the graph for graphics cards, beside those that it shares with the decode graph; capitals vary. */
export const deviceInputs = {
  /** int64 `[ROWS, TOKENS]`: what is read first; one token for each row, or a chunk of the prompt in a single row. */
  tokens: 'tokens',
  /** int64 `[ROWS, TOKENS]`, later steps `[ROWS, 1]`: lines of the rotation tables. */
  lines: (step: number) => `lines.${step}`,
  /** fp32 `[groups · TOKENS, POSITIONS]`, added to the scores of a step: hides positions. */
  mask: (step: number) => `mask.${step}`,
  /** The same for layers with a sliding window; only where there are any. */
  windowMask: (step: number) => `window-mask.${step}`,
  /** int64 `[3]`: positions of the prompt, the finished and the running part, the step's own tokens included. */
  parts: (step: number) => `parts.${step}`,
  /** int64 `[4]`: `[kvHeads, ROWS, groups · TOKENS, PROMPT]`. */
  promptScoresShape: 'prompt-scores-shape',
  /** int64 `[4]`: `[kvHeads, ROWS, groups · TOKENS, headSize]`. */
  promptSumsShape: 'prompt-sums-shape',
  /** int64 `[1]`: which positions of the running part come out. */
  keepFrom: 'keep-from',
  keepTo: 'keep-to',
} as const;

/** The three parts of the cache. None is ever empty: a part without tokens has one position, which the mask hides. */
export const cacheParts = ['prompt', 'finished', 'running'] as const;
export type CachePart = (typeof cacheParts)[number];

/** Keys `[ROWS, kvHeads, headSize, TOKENS]` and values `[ROWS, kvHeads, TOKENS, headSize]`; the prompt's have one row. */
export function partInputs(part: CachePart, layer: number): { keys: string; values: string } {
  return { keys: `${part}-keys.${layer}`, values: `${part}-values.${layer}` };
}

export const deviceOutputs = {
  /** int64 `[STEPS, ROWS]` */
  tokens: 'new-tokens',
  /** fp32 `[STEPS, ROWS]` */
  logProbabilities: 'new-log-probabilities',
  /** The kept positions of the running part, with the run's own. */
  running: (layer: number) => ({ keys: `new-keys.${layer}`, values: `new-values.${layer}` }),
} as const;

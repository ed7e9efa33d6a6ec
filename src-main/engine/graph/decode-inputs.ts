/** The decode graph's inputs and their shapes; lengths in capitals vary from run to run. */
export const graphInputs = {
  /** int64 scalar: steps of this run. */
  steps: 'steps',
  /** int64 `[ROWS]`: the tokens that are read in the first step. */
  tokens: 'tokens',
  /** int64 `[ROWS, 1]`: the first step's line of the rotation tables for each row; later steps take the next ones. */
  rotationLines: 'rotation-lines',
  /** fp32 `[LINES, ropeDimension / 2]`, for each rope: cosines and sines of the rotation angles. */
  cosines: (rope: number) => numbered('rotation-cosines', rope),
  sines: (rope: number) => numbered('rotation-sines', rope),
  /** int64 `[1]`, only with a sliding window: the position of line 0 of the rotation tables. */
  firstPosition: 'first-position',
  /** int64 `[1]`: how many rows, from the first, are given a next token (all; but one for a prompt's chunk). */
  headRows: 'head-rows',
  /** fp32 scalar: the last hidden state, or the capped logits, are multiplied by this (1 / temperature). */
  hiddenScale: 'hidden-scale',
  /** fp32 `[STEPS, HEAD_ROWS]`: uniform random numbers. */
  uniforms: 'uniforms',
  /** int64 `[HEAD_ROWS, SEEN]`: prompt and answer up to and with `tokens`, for the repetition penalty. */
  seen: 'seen',
  /** bool `[HEAD_ROWS]`: rows whose answers have ended already. */
  ended: 'ended',
  /** int64 `[ENDS]`: tokens that end an answer. */
  endTokens: 'end-tokens',
  /** fp32, added to the scores of the running block: zeros `[1, 1, 1]`, or a chunk's mask `[ROWS, 1, ROWS]`. */
  mask: 'mask',
  /** int64 `[4]`: `[1, ROWS, kvHeads, headSize]`, or for a chunk `[ROWS, 1, kvHeads, headSize]`. */
  newTokenShape: 'new-token-shape',
  /** int64 `[4]`: `[kvHeads, ROWS, groups, PROMPT]`. */
  promptScoresShape: 'prompt-scores-shape',
  /** int64 `[3]`: `[kvHeads, ROWS · groups, PROMPT]`. */
  promptTogetherShape: 'prompt-together-shape',
  /** int64 `[5]`: `[BLOCKS, 1, 1, 1, 1]`. */
  blockCountShape: 'block-count-shape',
  /** int64 `[3]`: positions of prompt, finished blocks and running block in the first step. */
  parts: 'parts',
} as const;

/** Most models have one rope, whose inputs need no number. */
function numbered(name: string, rope: number): string {
  return rope === 0 ? name : `${name}.${rope}`;
}

/**
 * How prompt and answer are put into a reward model's window: the tokens around them, the cut of what is too long
 * (paper.md, edge case 14) and the padding (edge case 12). Pure.
 */

/** The tokens that a pair template, or a chat template, puts around prompt and answer, and the token types it uses. */
export interface PairFrame {
  before: FrameToken[];
  between: FrameToken[];
  after: FrameToken[];
  promptType: number;
  answerType: number;
}

export interface FrameToken {
  id: number;
  type: number;
}

/** One text as the model reads it, without padding. */
export interface EncodedText {
  ids: number[];
  /** token_type_ids, as many as ids. */
  types: number[];
  /** The text was too long for the window. */
  cut: boolean;
}

const paddingStep = 32;

/**
 * Whether the frame is one for pairs: what stands between the texts also ends the second one, as in
 * `[CLS] prompt [SEP] answer [SEP]`. Tokenizers of chat models join two texts as well, but with nothing between them, or
 * with a second beginning.
 */
export function isForPairs({ between, after }: PairFrame): boolean {
  const end = after.at(-1)?.id;
  return end !== undefined && between.some(({ id }) => id === end);
}

/** How many special tokens the frame adds to every text. */
export function frameLength(frame: PairFrame): number {
  return frame.before.length + frame.between.length + frame.after.length;
}

/**
 * From how many tokens on (prompt and answer together, in the reward model's own tokens) a text no longer fits and is
 * cut.
 */
export function firstCutLength(windowTokens: number, frame: PairFrame): number {
  return windowTokens - frameLength(frame) + 1;
}

/** How many tokens of an answer fit beside a prompt of `promptTokens`, so that nothing is cut. */
export function roomBeside(promptTokens: number, windowTokens: number, frame: PairFrame): number {
  return Math.max(0, firstCutLength(windowTokens, frame) - 1 - promptTokens);
}

/**
 * Puts prompt and answer into the frame. What does not fit is cut: the prompt's beginning stays, at most a quarter of
 * the window, and the answer's end, for that is where a text that is still being written changes.
 */
export function framePair(
  prompt: readonly number[],
  answer: readonly number[],
  frame: PairFrame,
  windowTokens: number,
): EncodedText {
  const cut = prompt.length + answer.length >= firstCutLength(windowTokens, frame);
  const promptKept = cut ? prompt.slice(0, Math.floor(windowTokens / 4)) : prompt;
  const room = windowTokens - frameLength(frame) - promptKept.length;
  const answerKept = answer.slice(Math.max(0, answer.length - room));
  const { before, between, after, promptType, answerType } = frame;
  const tokens: FrameToken[] = [
    ...before,
    ...promptKept.map((id) => ({ id, type: promptType })),
    ...between,
    ...answerKept.map((id) => ({ id, type: answerType })),
    ...after,
  ];
  return { ids: tokens.map(({ id }) => id), types: tokens.map(({ type }) => type), cut };
}

/**
 * The length that a text is padded to: the next multiple of 32 of its own length, or the window where that is shorter.
 * It depends on nothing but the text, so that the reward does not depend on what else is scored.
 */
export function paddedLength(tokens: number, windowTokens: number): number {
  return Math.min(windowTokens, Math.ceil(tokens / paddingStep) * paddingStep);
}

/**
 * How prompt and answer become the text that a reward model reads. There are two forms: a pair of texts with special
 * tokens around them (pair-form.ts), and a conversation that the model's chat template lays out (chat-form.ts).
 */
import type { EncodedText, PairFrame } from './window.ts';

export interface TextForm {
  kind: 'pair' | 'conversation';
  /** The largest id that it can give. */
  highestId: number;
  /** The ids of an ordinary text. What looks like a control token in it stays text. */
  encode: (text: string) => number[];
  /** What stands around prompt and answer. */
  frame: PairFrame;
  /** Takes a prompt and returns what forms the whole text of each answer to it, cut to the window. */
  forPrompt(prompt: string): FormAnswer;
  close(): Promise<void>;
}

/** Throws chat-template-failed where there is a template and it refuses. */
export type FormAnswer = (answer: string) => Promise<EncodedText>;

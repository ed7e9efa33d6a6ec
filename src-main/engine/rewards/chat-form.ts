/**
 * Prompt and answer as a conversation of two turns, laid out by the model's own chat template, as models are trained
 * that judge the answers of chat models. Nothing follows the answer's turn: no answer is to be begun.
 */
import type { ChatTemplate } from '../tokenizer/chat-template.ts';
import { guardTexts } from '../tokenizer/guarded-text.ts';
import { invalidRewardModel } from './faults.ts';
import type { TextForm } from './text-form.ts';
import { framePair, type EncodedText, type FrameToken, type PairFrame } from './window.ts';

/** What a model brings along to lay out and to read a conversation. */
export interface Conversation {
  template: ChatTemplate;
  /** The tokens that steer the model, by their texts. */
  control: ReadonlyMap<string, number>;
  highestId: number;
  /** The ids of an ordinary text. */
  encode: (text: string) => number[];
  /**
   * The ids of a piece of a laid-out conversation, control tokens and all.
   * @param restore puts back what stood for a person's characters
   */
  encodeRendered(
    piece: string,
    place: 'start' | 'later',
    restore?: (text: string) => string,
  ): number[];
}

// Stand for prompt and answer while the frame is read off the template; they are not in the name of any control token.
const promptMark = '\uE000';
const answerMark = '\uE001';

/**
 * The form of a model with a chat template.
 * @throws chat-template-failed; reward-model-invalid where the template leaves prompt or answer out
 */
export async function makeChatForm(
  conversation: Conversation,
  windowTokens: number,
): Promise<TextForm> {
  const { template, control, encode, highestId } = conversation;
  const frame = await readFrame(conversation);
  const inFull = async (prompt: string, answer: string): Promise<number[]> => {
    const { texts, restore } = guardTexts([prompt, answer], control.keys(), template.source);
    const rendered = await render(template, texts[0] ?? '', texts[1] ?? '');
    return conversation.encodeRendered(rendered, 'start', restore);
  };
  return {
    kind: 'conversation',
    highestId,
    encode,
    frame,
    forPrompt:
      (prompt) =>
      async (answer): Promise<EncodedText> => {
        const ids = await inFull(prompt, answer);
        return ids.length <= windowTokens
          ? { ids, types: ids.map(() => 0), cut: false }
          : framePair(encode(prompt), encode(answer), frame, windowTokens);
      },
    close: () => template.close(),
  };
}

function render(template: ChatTemplate, user: string, assistant: string): Promise<string> {
  const messages = [
    { role: 'user' as const, content: user },
    { role: 'assistant' as const, content: assistant },
  ];
  return template.render(messages, false);
}

/** What the template puts around any prompt and answer; used where they are too long and have to be cut. */
async function readFrame(conversation: Conversation): Promise<PairFrame> {
  const rendered = await render(conversation.template, promptMark, answerMark);
  const [before, ...afterPrompt] = rendered.split(promptMark);
  const [between, ...afterAnswer] = (afterPrompt[0] ?? '').split(answerMark);
  const [after] = afterAnswer;
  const once = afterPrompt.length === 1 && afterAnswer.length === 1;
  if (!once || before === undefined || between === undefined || after === undefined) {
    throw invalidRewardModel(
      'The chat template of this reward model does not show it prompt and answer, each once and in this order.',
    );
  }
  const tokens = (piece: string, place: 'start' | 'later'): FrameToken[] =>
    conversation.encodeRendered(piece, place).map((id) => ({ id, type: 0 }));
  return {
    before: tokens(before, 'start'),
    between: tokens(between, 'later'),
    after: tokens(after, 'later'),
    promptType: 0,
    answerType: 0,
  };
}

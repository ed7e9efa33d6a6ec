/** A reward model: an ONNX folder, or a decoder from a GGUF file. It gives a text one number. */
import { resolve } from 'node:path';
import type { RewardFacts } from '../../contract/engine.ts';
import { openRewardFolder } from './open-folder.ts';
import { holdsWeights } from './judging-decoder.ts';
import { openDecoderReward } from './open-decoder.ts';
import type { LoadRewardModelOptions, OpenRewardModel, RewardDescription } from './open-model.ts';
import { letMessagesIn } from './scorer.ts';
import type { TextForm } from './text-form.ts';
import { roomBeside, type EncodedText } from './window.ts';

export interface RewardModel {
  facts: RewardFacts;
  description: RewardDescription;
  textForm: TextForm['kind'];
  /**
   * Scores answers to one prompt. A text's reward is the same, bit for bit, whatever else is scored with it.
   * @returns one result for each answer, in the order given
   * @throws WinnowError cancelled, out-of-memory, engine-failed, chat-template-failed
   */
  score(prompt: string, answers: string[], options?: ScoreOptions): Promise<ScoredText[]>;
  /** How many tokens of an answer, in the model's own count, fit beside this prompt; longer answers are cut. */
  answerRoom(prompt: string): number;
  /** Drops what is kept of texts that were scored before, so that every lane does all of its own work. */
  forget(): void;
  close(): Promise<void>;
}

export interface ScoreOptions {
  /** Asked between runs of the graph; true makes `score` throw `cancelled`. */
  shouldStop?: () => boolean;
}

export interface ScoredText {
  /** null where the text could not be scored (NaN, infinite). */
  reward: number | null;
  /** The text was too long for the window (paper.md, edge case 14). */
  cut: boolean;
  /** Tokens given to the reward model for this text: special tokens included, padding not. Equal texts count each time. */
  tokens: number;
}

/**
 * Loads a reward model and tries it on a short text and, where that is quick, on the longest possible one.
 * @throws WinnowError model-not-found, model-unreadable, model-damaged, model-too-large, model-tokenizer-unsupported,
 *   model-vocabulary-mismatch, reward-model-invalid, chat-template-failed, device-unavailable, out-of-memory; of a GGUF
 *   file also those of reading it, prepare-failed and cancelled
 */
export async function loadRewardModel(options: LoadRewardModelOptions): Promise<RewardModel> {
  const path = resolve(options.path);
  const open = await ((await holdsWeights(path)) ? openDecoderReward : openRewardFolder)({
    ...options,
    path,
  });
  const { texts, scorer, windowTokens } = open;
  return {
    facts: { kind: 'model', path, windowTokens, ...open.facts },
    description: open.description,
    textForm: texts.kind,
    score: (prompt, answers, { shouldStop = () => false } = {}) =>
      scoreAnswers(open, prompt, answers, shouldStop),
    answerRoom: (prompt) => roomBeside(texts.encode(prompt).length, windowTokens, texts.frame),
    forget: () => scorer.forget(),
    close: async () => {
      await texts.close();
      await scorer.close();
    },
  };
}

async function scoreAnswers(
  { texts, scorer }: OpenRewardModel,
  prompt: string,
  answers: readonly string[],
  shouldStop: () => boolean,
): Promise<ScoredText[]> {
  const encoded = await encodeAnswers(texts, prompt, answers, shouldStop);
  const rewards = await scorer.score(encoded, shouldStop);
  return encoded.map(({ ids, cut }, index) => {
    const reward = rewards[index] ?? NaN;
    return { reward: Number.isFinite(reward) ? reward : null, cut, tokens: ids.length };
  });
}

async function encodeAnswers(
  texts: TextForm,
  prompt: string,
  answers: readonly string[],
  shouldStop: () => boolean,
): Promise<EncodedText[]> {
  const formAnswer = texts.forPrompt(prompt);
  const encoded: EncodedText[] = [];
  let lastPause = performance.now();
  for (const answer of answers) {
    if (performance.now() - lastPause > 50) {
      await letMessagesIn(shouldStop);
      lastPause = performance.now();
    }
    encoded.push(await formAnswer(answer));
  }
  return encoded;
}

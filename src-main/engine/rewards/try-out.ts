/** What is tried with a reward model when it is loaded, so that nothing of it is found out in the middle of a run. */
import { WinnowError } from '../../contract/errors.ts';
import type { BatchParts } from './batch-scorer.ts';
import { invalidRewardModel, vocabularyMismatch } from './faults.ts';
import type { Scorer } from './scorer.ts';
import type { TextForm } from './text-form.ts';
import { frameLength, framePair, type EncodedText } from './window.ts';

/**
 * Whether the tokenizer fits the model as it is described.
 * @param vocabularySize null where the model does not say
 * @throws WinnowError model-vocabulary-mismatch, reward-model-invalid
 */
export function checkVocabulary(
  vocabularySize: number | null,
  windowTokens: number,
  { highestId, frame }: TextForm,
): void {
  const size = vocabularySize ?? Infinity;
  if (highestId >= size) {
    throw vocabularyMismatch({ tokenizerTokens: highestId + 1, modelTokens: size });
  }
  if (frameLength(frame) > windowTokens / 4) {
    throw invalidRewardModel('This model reads too few tokens at once to score a text.');
  }
}

/** Texts to try: a short one that holds the tokenizer's highest id, and one that fills the window. */
function trialTexts(
  texts: TextForm,
  windowTokens: number,
): { short: EncodedText; long: EncodedText; frame: (answer: number[]) => EncodedText } {
  const prompt = texts.encode('What is the capital of France?');
  const answer = [...texts.encode('The capital of France is Paris.'), texts.highestId];
  const frame = (tokens: number[]) => framePair(prompt, tokens, texts.frame, windowTokens);
  const long = Array.from({ length: windowTokens }, (_, at) => answer[at % answer.length] ?? 0);
  return { short: frame(answer), long: frame(long), frame };
}

/** A text that fills the window is tried where that takes no longer than this. */
const longestTrialMs = 3000;

/**
 * Scores a short text and, unless the model is too slow for it, one that fills the window; they must get a number.
 * @throws WinnowError model-vocabulary-mismatch, reward-model-invalid, out-of-memory
 */
export async function tryScoring(
  scorer: Scorer,
  texts: TextForm,
  windowTokens: number,
): Promise<void> {
  const { short, long } = trialTexts(texts, windowTokens);
  const began = performance.now();
  await expectNumber(scorer, short, 'a short text');
  const msPerToken = (performance.now() - began) / short.ids.length;
  if (msPerToken * long.ids.length > longestTrialMs) return;
  await expectNumber(scorer, long, `a text of ${windowTokens} tokens`);
}

/** Measures a run, and makes sure that a text's reward does not depend on its company: else it will be scored alone. */
export async function tryCompany(
  { session, pace, paddedLength }: BatchParts,
  texts: TextForm,
  windowTokens: number,
): Promise<void> {
  const { short, frame } = trialTexts(texts, windowTokens);
  const length = paddedLength(short.ids.length);
  const started = performance.now();
  const [alone] = await session.run([short], length);
  pace.note(length, 1, performance.now() - started);
  const others = strangers(short.ids.length, texts.highestId, frame);
  const together = await session.run([...others, short], length);
  if (!Object.is(together.at(-1), alone)) pace.limitTo(1);
}

/** Texts of the same length with tokens from all over the vocabulary: whatever is measured over a batch changes. */
function strangers(
  length: number,
  highestId: number,
  frame: (answer: number[]) => EncodedText,
): EncodedText[] {
  const answerLength = length - frame([]).ids.length;
  const step = Math.max(1, Math.floor((highestId + 1) / 97));
  return Array.from({ length: 11 }, (_, text) =>
    frame(
      Array.from(
        { length: answerLength },
        (__, place) => ((text * answerLength + place) * step + text) % (highestId + 1),
      ),
    ),
  );
}

async function expectNumber(scorer: Scorer, text: EncodedText, what: string): Promise<void> {
  let reward: number | undefined;
  try {
    [reward] = await scorer.score([text], () => false);
  } catch (error) {
    throw explainTrial(error, what);
  }
  if (!Number.isFinite(reward)) {
    throw invalidRewardModel(`This reward model is broken: its reward for ${what} is no number.`);
  }
}

function explainTrial(error: unknown, text: string): unknown {
  if (!(error instanceof WinnowError) || error.code !== 'engine-failed') return error;
  const { cause = '' } = error.details;
  // Positions beyond the window end up outside a table as well, but only in a long text.
  const outOfTable = /indices element out of data bounds/.test(String(cause));
  return outOfTable && text === 'a short text'
    ? vocabularyMismatch({ cause })
    : invalidRewardModel(`This reward model fails on ${text}.`, { cause }, error);
}

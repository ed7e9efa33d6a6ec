/** What is tried with a reward model when it is loaded, so that nothing of it is found out in the middle of a run. */
import { WinnowError } from '../../contract/errors.ts';
import { invalidRewardModel, vocabularyMismatch } from './faults.ts';
import type { RewardFolder } from './folder.ts';
import type { Pace } from './pace.ts';
import type { PairTokenizer } from './pair-tokenizer.ts';
import type { RewardSession } from './session.ts';
import { frameLength, framePair, paddedLength, type EncodedPair } from './window.ts';

/** A reward model that is open. */
export interface LoadedParts {
  folder: RewardFolder;
  tokenizer: PairTokenizer;
  session: RewardSession;
  pace: Pace;
}

/**
 * Whether the tokenizer fits the model as config.json describes it.
 * @throws WinnowError model-vocabulary-mismatch, reward-model-invalid
 */
export function checkVocabulary(folder: RewardFolder, { highestId, frame }: PairTokenizer): void {
  const size = folder.vocabularySize ?? Infinity;
  if (highestId >= size) {
    throw vocabularyMismatch({ tokenizerTokens: highestId + 1, modelTokens: size });
  }
  if (frameLength(frame) > folder.windowTokens / 4) {
    throw invalidRewardModel('This model reads too few tokens at once to score a text.');
  }
}

/**
 * Scores a short text that holds the tokenizer's highest id, and one that fills the window; both must get a number.
 * Then measures a run, and makes sure that a text's reward does not depend on its company.
 * @throws WinnowError model-vocabulary-mismatch, reward-model-invalid, out-of-memory
 */
export async function tryOut(parts: LoadedParts): Promise<void> {
  const { folder, tokenizer, session, pace } = parts;
  const { windowTokens } = folder;
  const prompt = tokenizer.encode('What is the capital of France?');
  const answer = [...tokenizer.encode('The capital of France is Paris.'), tokenizer.highestId];
  const frame = (tokens: number[]) => framePair(prompt, tokens, tokenizer.frame, windowTokens);
  const long = Array.from({ length: windowTokens }, (_, at) => answer[at % answer.length] ?? 0);
  const short = frame(answer);
  await expectNumber(parts, short, 'a short text');
  await expectNumber(parts, frame(long), `a text of ${windowTokens} tokens`);

  const length = paddedLength(short.ids.length, windowTokens);
  const started = performance.now();
  const [alone] = await session.run([short], length);
  pace.note(length, 1, performance.now() - started);
  const others = answer.map((_, from) => frame(answer.slice(from + 1)));
  const together = await session.run([...others, short], length);
  if (!Object.is(together.at(-1), alone)) pace.limitTo(1);
}

async function expectNumber(
  { folder, session }: LoadedParts,
  pair: EncodedPair,
  text: string,
): Promise<void> {
  let reward: number | undefined;
  try {
    [reward] = await session.run([pair], paddedLength(pair.ids.length, folder.windowTokens));
  } catch (error) {
    throw explainTrial(error, text);
  }
  if (!Number.isFinite(reward)) {
    throw invalidRewardModel(`This reward model is broken: its reward for ${text} is no number.`);
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

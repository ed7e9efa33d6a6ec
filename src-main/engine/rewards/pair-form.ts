/** Prompt and answer as a pair of texts, as the post-processor of a tokenizer.json joins them. */
import type { TextForm } from './text-form.ts';
import { findHighestId, makeTextTokenizer, type TokenizerFile } from './text-tokenizer.ts';
import { Tokenizer, type LibraryTokenizer } from './tokenizer-library.ts';
import { framePair, type FrameToken, type PairFrame } from './window.ts';

// Stand for prompt and answer while the frame is read off the template; private-use characters, in no vocabulary.
const promptMark = '\uE000prompt\uE000';
const answerMark = '\uE000answer\uE000';

/**
 * The form of a tokenizer that joins two texts.
 * @param frame as readPairFrame reads it
 * @throws plain errors where tokenizer.json is of an unknown kind
 */
export function makePairForm(
  file: TokenizerFile,
  config: Record<string, unknown>,
  frame: PairFrame,
  windowTokens: number,
): TextForm {
  const special = file.added_tokens.filter((token) => token.special);
  const control = new Set(special.map(({ content }) => content));
  const { encode } = makeTextTokenizer(file, config, control);
  return {
    kind: 'pair',
    highestId: findHighestId(file),
    encode,
    frame,
    forPrompt: (prompt) => {
      const promptIds = encode(prompt);
      return (answer) => Promise.resolve(framePair(promptIds, encode(answer), frame, windowTokens));
    },
    close: () => Promise.resolve(),
  };
}

/**
 * What a tokenizer puts around two texts; null where it does not join them.
 * @throws plain errors where tokenizer.json is of an unknown kind
 */
export function readPairFrame(
  file: TokenizerFile,
  config: Record<string, unknown>,
): PairFrame | null {
  const tokenizer = new Tokenizer(file, config);
  const processed = tokenizer.post_processor?.post_process([promptMark], [answerMark], true);
  const tokens = processed?.tokens ?? [];
  const prompt = tokens.indexOf(promptMark);
  const answer = tokens.indexOf(answerMark);
  if (prompt < 0 || answer < prompt) return null;
  const types = processed?.token_type_ids ?? tokens.map((_, index) => (index < answer ? 0 : 1));
  const frameTokens = (from: number, to: number): FrameToken[] =>
    tokens.slice(from, to).map((token, index) => ({
      id: specialId(tokenizer, token),
      type: types[from + index] ?? 0,
    }));
  return {
    before: frameTokens(0, prompt),
    between: frameTokens(prompt + 1, answer),
    after: frameTokens(answer + 1, tokens.length),
    promptType: types[prompt] ?? 0,
    answerType: types[answer] ?? 0,
  };
}

function specialId(tokenizer: LibraryTokenizer, token: string): number {
  const id = tokenizer.token_to_id(token);
  if (id === undefined) throw new Error(`the template names a token that does not exist: ${token}`);
  return id;
}

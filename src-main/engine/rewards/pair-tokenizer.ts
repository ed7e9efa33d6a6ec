import { WinnowError } from '../../contract/errors.ts';
import { makeBertNormalizer } from './bert-normalizer.ts';
import { chatRewardModel, unsupportedTokenizer } from './faults.ts';
import { Tokenizer, type LibraryTokenizer } from './tokenizer-library.ts';
import { isForPairs, type FrameToken, type PairFrame } from './window.ts';

/** Turns texts into a reward model's token ids. */
export interface PairTokenizer {
  /** Token ids of a text. What looks like a special token in it ("[SEP]") stays ordinary text. */
  encode(text: string): number[];
  frame: PairFrame;
  /** The largest id that it can give. */
  highestId: number;
}

/** The parts of tokenizer.json that are read here; everything else goes to the tokenizer library as it is. */
export interface TokenizerFile {
  added_tokens: { id: number; content: string; special: boolean }[];
  model: Record<string, unknown>;
  [key: string]: unknown;
}

// Stand for prompt and answer while the frame is read off the template; private-use characters, in no vocabulary.
const promptMark = '\uE000prompt\uE000';
const answerMark = '\uE000answer\uE000';

/**
 * Builds the tokenizer of a reward model.
 * @param file tokenizer.json, parsed
 * @param config tokenizer_config.json, parsed
 * @param hasChatTemplate the model was made for conversations, unless its tokenizer has a form for pairs
 * @throws WinnowError model-tokenizer-unsupported; reward-model-invalid where it reads conversations
 */
export function makePairTokenizer(
  file: TokenizerFile,
  config: Record<string, unknown>,
  hasChatTemplate = false,
): PairTokenizer {
  try {
    const highestId = findHighestId(file);
    const texts = makeTextTokenizer(file, config);
    const frame = readFrame(new Tokenizer(file, config));
    if (hasChatTemplate && (frame === null || !isForPairs(frame))) throw chatRewardModel();
    if (frame === null) throw new Error('the post-processor does not join two texts');
    return {
      encode: (text) => checkIds(texts.encode(text, { add_special_tokens: false }).ids),
      frame,
      highestId,
    };
  } catch (error) {
    if (error instanceof WinnowError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw unsupportedTokenizer(reason, error);
  }
}

/**
 * The same tokenizer without its special tokens: they are neither looked for in a text nor reachable as words of the
 * vocabulary (tokenizers' encode_special_tokens means the same).
 */
function makeTextTokenizer(file: TokenizerFile, config: Record<string, unknown>): LibraryTokenizer {
  const special = file.added_tokens.filter((token) => token.special);
  const tokenizer = new Tokenizer(
    {
      ...file,
      added_tokens: file.added_tokens.filter((token) => !token.special),
      model: hideUnigramPieces(file.model, new Set(special.map(({ content }) => content))),
    },
    config,
  );
  tokenizer.normalizer = makeBertNormalizer(file.normalizer) ?? tokenizer.normalizer;
  const { model } = tokenizer;
  for (const { content } of special) {
    // The unknown token keeps its id: the model remembers it apart.
    model.tokens_to_ids.delete(content);
  }
  return tokenizer;
}

/** Unigram models look for their pieces in a structure built from the vocabulary, so these must be renamed before. */
function hideUnigramPieces(
  model: Record<string, unknown>,
  hidden: Set<string>,
): Record<string, unknown> {
  if (!Array.isArray(model.vocab)) return model;
  const vocab = model.vocab.map((entry: unknown, id) =>
    Array.isArray(entry) && hidden.has(String(entry[0])) ? [`\uE000${id}\uE000`, -1e6] : entry,
  );
  return { ...model, vocab };
}

/** null where the tokenizer does not join two texts. */
function readFrame(tokenizer: LibraryTokenizer): PairFrame | null {
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

/** Read from the file: the library's own list has a place for every number up to the highest, however high that is. */
function findHighestId({ model, added_tokens }: TokenizerFile): number {
  const ids: unknown[] = Array.isArray(model.vocab)
    ? [model.vocab.length - 1]
    : Object.values((model.vocab ?? {}) as Record<string, unknown>);
  let highest = -1;
  for (const id of [...ids, ...added_tokens.map((token) => token.id)]) {
    if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) {
      throw new Error('a token has an id that is not a whole number');
    }
    highest = Math.max(highest, id);
  }
  return highest;
}

function specialId(tokenizer: LibraryTokenizer, token: string): number {
  const id = tokenizer.token_to_id(token);
  if (id === undefined) throw new Error(`the template names a token that does not exist: ${token}`);
  return id;
}

/** A tokenizer without an unknown token gives undefined for what it does not know. */
function checkIds(ids: (number | undefined)[]): number[] {
  return ids.map((id) => {
    if (id === undefined) throw unsupportedTokenizer('it has no token for some characters');
    return id;
  });
}

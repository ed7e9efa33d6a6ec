/** Encodes ordinary texts by a tokenizer.json, without its control tokens. */
import { makeBertNormalizer } from './bert-normalizer.ts';
import { unsupportedTokenizer } from './faults.ts';
import { Tokenizer, type LibraryTokenizer } from './tokenizer-library.ts';

/** The parts of tokenizer.json that are read here; everything else goes to the tokenizer library as it is. */
export interface TokenizerFile {
  added_tokens: AddedToken[];
  model: Record<string, unknown>;
  [key: string]: unknown;
}

export interface AddedToken {
  id: number;
  content: string;
  special: boolean;
  /** It takes the white space behind it. */
  rstrip?: boolean | undefined;
}

export interface TextTokenizer {
  /** The ids of a text. */
  encode: (text: string) => number[];
  /** The same for a text that goes on behind a control token: some tokenizers put a space in front of a first one only. */
  encodeLater: (text: string) => number[];
}

/**
 * The same tokenizer without its control tokens: they are neither looked for in a text nor reachable as words of the
 * vocabulary (tokenizers' encode_special_tokens means the same).
 * @param control the texts of these tokens
 * @throws plain errors where tokenizer.json is of an unknown kind; `encode` throws model-tokenizer-unsupported
 */
export function makeTextTokenizer(
  file: TokenizerFile,
  config: Record<string, unknown>,
  control: ReadonlySet<string>,
): TextTokenizer {
  const first = withoutControl(file, config, control);
  const preTokenizer = goingOn(file.pre_tokenizer);
  const later =
    preTokenizer === file.pre_tokenizer
      ? first
      : withoutControl({ ...file, pre_tokenizer: preTokenizer }, config, control);
  const encode = (tokenizer: LibraryTokenizer, text: string) =>
    checkIds(tokenizer.encode(text, { add_special_tokens: false }).ids);
  return { encode: (text) => encode(first, text), encodeLater: (text) => encode(later, text) };
}

function withoutControl(
  file: TokenizerFile,
  config: Record<string, unknown>,
  control: ReadonlySet<string>,
): LibraryTokenizer {
  const tokenizer = new Tokenizer(
    {
      ...file,
      added_tokens: file.added_tokens.filter(({ content }) => !control.has(content)),
      model: hideUnigramPieces(file.model, control),
    },
    config,
  );
  tokenizer.normalizer = makeBertNormalizer(file.normalizer) ?? tokenizer.normalizer;
  // The unknown token keeps its id: the model remembers it apart.
  for (const content of control) tokenizer.model.tokens_to_ids.delete(content);
  return tokenizer;
}

/** The pre-tokenizer for what is not the beginning: where it marks only a first text with a space, it marks none. */
function goingOn(preTokenizer: unknown): unknown {
  if (typeof preTokenizer !== 'object' || preTokenizer === null) return preTokenizer;
  if ('prepend_scheme' in preTokenizer && preTokenizer.prepend_scheme === 'first') {
    return { ...preTokenizer, prepend_scheme: 'never', add_prefix_space: false };
  }
  if (!('pretokenizers' in preTokenizer) || !Array.isArray(preTokenizer.pretokenizers)) {
    return preTokenizer;
  }
  const parts: unknown[] = preTokenizer.pretokenizers;
  const changed = parts.map(goingOn);
  const same = changed.every((part, index) => part === parts[index]);
  return same ? preTokenizer : { ...preTokenizer, pretokenizers: changed };
}

/** Unigram models look for their pieces in a structure built from the vocabulary, so these must be renamed before. */
function hideUnigramPieces(
  model: Record<string, unknown>,
  hidden: ReadonlySet<string>,
): Record<string, unknown> {
  if (!Array.isArray(model.vocab)) return model;
  const vocab = model.vocab.map((entry: unknown, id) =>
    Array.isArray(entry) && hidden.has(String(entry[0])) ? [`\uE000${id}\uE000`, -1e6] : entry,
  );
  return { ...model, vocab };
}

/**
 * The highest id, read from the file: the library's own list has a place for every number up to it, however high.
 * @throws a plain error where an id is no whole number
 */
export function findHighestId({ model, added_tokens }: TokenizerFile): number {
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

/** A tokenizer without an unknown token gives undefined for what it does not know. */
function checkIds(ids: (number | undefined)[]): number[] {
  return ids.map((id) => {
    if (id === undefined) throw unsupportedTokenizer('it has no token for some characters');
    return id;
  });
}

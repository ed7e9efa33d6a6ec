/** Encodes ordinary texts by a tokenizer.json, without its control tokens. */
import { readKinds, readPreTokenizer, type Step } from '../folders/json-splitting.ts';
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
  /** It takes the white space before it, or behind it. */
  lstrip?: boolean | undefined;
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
 * @throws model-tokenizer-unsupported, and plain errors where tokenizer.json is of an unknown kind; `encode` throws model-tokenizer-unsupported
 */
export function makeTextTokenizer(
  file: TokenizerFile,
  config: Record<string, unknown>,
  control: ReadonlySet<string>,
): TextTokenizer {
  const [beginning, goingOn] = [false, true].map((continues) =>
    splittingOf(file.pre_tokenizer, continues),
  );
  const first = withoutControl({ ...file, pre_tokenizer: beginning }, config, control);
  const later =
    JSON.stringify(beginning) === JSON.stringify(goingOn)
      ? first
      : withoutControl({ ...file, pre_tokenizer: goingOn }, config, control);
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

/**
 * The pre-tokenizer in words that the library follows as transformers does, where it does not follow the file's own.
 * Kinds that only encoders have (BERT's, splitting at white space) stay as they are.
 */
function splittingOf(step: unknown, continues: boolean): unknown {
  if (!isStep(step)) return step;
  const { pretokenizers } = step;
  if (step.type === 'Sequence' && Array.isArray(pretokenizers)) {
    return { ...step, pretokenizers: pretokenizers.map((part) => splittingOf(part, continues)) };
  }
  return readKinds.has(step.type) ? readPreTokenizer(step, continues) : step;
}

function isStep(value: unknown): value is Step {
  return (
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
  );
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

import { damaged, tokenizerUnsupported } from '../gguf/faults.ts';
import type { GgufMetadata } from '../gguf/metadata.ts';

/** What a token is (enum llama_token_type of llama.cpp). */
export const tokenKind = {
  normal: 1,
  unknown: 2,
  control: 3,
  userDefined: 4,
  unused: 5,
  byte: 6,
} as const;

/** A model's list of tokens with what each is for. */
export interface Vocabulary {
  /** The text of every token, by id. */
  tokens: readonly string[];
  /** One of tokenKind for every token. */
  kinds: readonly number[];
  /** Tokens that steer the model (ends of turns and so on), by their text. Text from people never becomes one. */
  control: ReadonlyMap<string, number>;
  /** Tokens that are found in any text before it is cut into words. */
  userDefined: ReadonlyMap<string, number>;
  begin: number | null;
  end: number | null;
  /** All that end an answer, as far as the file names them. */
  ends: readonly number[];
  unknown: number | null;
}

/**
 * Reads `tokenizer.ggml.tokens`, `token_type` and the named ids.
 * @param templateSource the chat template: the marks that it writes steer the model, whatever the file calls them.
 * @throws model-tokenizer-unsupported, model-damaged.
 */
export function readVocabulary(metadata: GgufMetadata, templateSource: string): Vocabulary {
  const tokens = metadata.texts('tokenizer.ggml.tokens');
  if (tokens === null || tokens.length === 0) {
    throw tokenizerUnsupported('the file holds no vocabulary');
  }
  const end = namedToken(metadata, 'eos', tokens.length);
  const endOfTurn = namedToken(metadata, 'eot', tokens.length);
  return makeVocabulary(
    {
      tokens,
      kinds: readKinds(metadata, tokens.length),
      begin: namedToken(metadata, 'bos', tokens.length),
      end,
      ends: [end, endOfTurn].filter((id) => id !== null),
      unknown: namedToken(metadata, 'unknown', tokens.length),
    },
    templateSource,
  );
}

/** Tells which tokens steer the model and which stand for text. */
export function makeVocabulary(
  described: Omit<Vocabulary, 'control' | 'userDefined'>,
  templateSource: string,
): Vocabulary {
  const { tokens, kinds, begin, ends } = described;
  const control = new Map<string, number>();
  const userDefined = new Map<string, number>();
  tokens.forEach((token, id) => {
    if (token === '') return;
    const steers = looksLikeControl(token) && templateSource.includes(token);
    const isNamed = id === begin || ends.includes(id);
    if (kinds[id] === tokenKind.control || isNamed || steers) control.set(token, id);
    else if (kinds[id] === tokenKind.userDefined) userDefined.set(token, id);
  });
  return { ...described, control, userDefined };
}

function readKinds(metadata: GgufMetadata, count: number): readonly number[] {
  const kinds = metadata.numbers('tokenizer.ggml.token_type');
  if (kinds === null) return new Array<number>(count).fill(tokenKind.normal);
  if (kinds.length !== count) {
    throw damaged('its lists of tokens and of their kinds have different lengths', {
      tokens: count,
      kinds: kinds.length,
    });
  }
  return kinds;
}

function namedToken(metadata: GgufMetadata, name: string, count: number): number | null {
  const id = metadata.number(`tokenizer.ggml.${name}_token_id`);
  // Some files write the largest number for "none".
  if (id === null || id === 0xffffffff || id === -1) return null;
  if (!Number.isInteger(id) || id < 0 || id >= count) {
    throw damaged(`it names a token that does not exist (${name}: ${id})`, { name, id });
  }
  return id;
}

/** Some files call their control tokens normal or user defined. Marks like `<think>` are text, though. */
function looksLikeControl(token: string): boolean {
  return /^(<[|｜]\S+[|｜]>|<\/?s>|<(start|end)_of_turn>|\[\/?INST\])$/u.test(token);
}

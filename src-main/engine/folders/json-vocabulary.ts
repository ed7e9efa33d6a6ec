/** The list of tokens of a tokenizer.json, with what each is for. */
import { tokenKind, makeVocabulary, type Vocabulary } from '../tokenizer/vocabulary.ts';
import { damagedFile } from './faults.ts';
import type { TokenizerFiles, TokenizerJson } from './tokenizer-files.ts';

/** Far above any real vocabulary (the largest have some 300,000 tokens). */
const mostTokens = 1 << 22;

export interface JsonVocabulary {
  vocabulary: Vocabulary;
  /** The tokens of the model itself, without those that were added. */
  listed: ReadonlyMap<string, number>;
}

/** Ids that no token has are left out with an empty text. Throws model-damaged. */
export function readJsonVocabulary(files: TokenizerFiles): JsonVocabulary {
  const { tokenizer, template, named } = files;
  const listed = listedTokens(tokenizer);
  const added = tokenizer.added_tokens;
  const ids = new Map(listed);
  for (const { content, id } of added) ids.set(content, id);
  let count = 0;
  for (const id of ids.values()) count = Math.max(count, id + 1);
  if (count > mostTokens) throw damaged('it names an impossibly large id');
  const tokens = new Array<string>(count).fill('');
  const kinds = new Array<number>(count).fill(tokenKind.unused);
  for (const [token, id] of ids) {
    tokens[id] = token;
    kinds[id] = /^<0x[0-9A-F]{2}>$/.test(token) ? tokenKind.byte : tokenKind.normal;
  }
  const unknown = ids.get(String(tokenizer.model['unk_token'])) ?? null;
  if (unknown !== null) kinds[unknown] = tokenKind.unknown;
  for (const { id, special } of added) {
    kinds[id] = special ? tokenKind.control : tokenKind.userDefined;
  }
  const end = ids.get(named.eos_token) ?? null;
  const begin = ids.get(named.bos_token) ?? null;
  const ends = end === null ? [] : [end];
  const vocabulary = makeVocabulary({ tokens, kinds, begin, end, ends, unknown }, template);
  // Configurations name ordinary tokens by mistake; these end an answer, but stay ordinary.
  const configured = files.ends.filter((id) => id in tokens);
  return { vocabulary: { ...vocabulary, ends: [...ends, ...configured] }, listed };
}

/** The tokens of the model itself, checked to have ids. */
function listedTokens({ model }: TokenizerJson): Map<string, number> {
  const { vocab } = model;
  if (typeof vocab !== 'object' || vocab === null) throw damaged('it holds no vocabulary');
  const tokens = new Map<string, number>();
  const entries = vocab as Record<string, unknown>;
  for (const token of Object.keys(entries)) {
    const id = entries[token];
    if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) {
      throw damaged('a token has an id that is not a whole number');
    }
    tokens.set(token, id);
  }
  return tokens;
}

function damaged(reason: string) {
  return damagedFile('tokenizer.json', reason);
}

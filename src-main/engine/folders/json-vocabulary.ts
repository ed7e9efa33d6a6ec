/** The list of tokens of a tokenizer.json, with what each is for. */
import { tokenKind, makeVocabulary, type Vocabulary } from '../tokenizer/vocabulary.ts';
import { damagedFile } from './faults.ts';
import type { TokenizerFiles, TokenizerJson } from './tokenizer-files.ts';

/** Far above any real vocabulary (the largest have some 300,000 tokens). */
const mostTokens = 1 << 22;

/** Ids that no token has are left out with an empty text. Throws model-damaged. */
export function readJsonVocabulary(files: TokenizerFiles): Vocabulary {
  const { tokenizer, template, named } = files;
  const listed = listedTokens(tokenizer);
  const added = tokenizer.added_tokens;
  const ids = new Map([...listed, ...added.map(({ content, id }) => [content, id] as const)]);
  const count = [...ids.values()].reduce((most, id) => Math.max(most, id + 1), 0);
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
  return { ...vocabulary, ends: [...ends, ...files.ends.filter((id) => id in tokens)] };
}

/** The tokens of the model itself, checked to have ids. */
export function listedTokens({ model }: TokenizerJson): Map<string, number> {
  const { vocab } = model;
  if (typeof vocab !== 'object' || vocab === null) throw damaged('it holds no vocabulary');
  const tokens = new Map<string, number>();
  for (const [token, id] of Object.entries(vocab as Record<string, unknown>)) {
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

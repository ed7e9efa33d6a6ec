import { WinnowError } from '../../contract/errors.ts';

/** A person's text on its way through a chat template. */
export interface GuardedText {
  /** The text with stand-ins: no control token can be read in it. */
  text: string;
  /** Puts the characters back into any text that the stand-ins have come to. */
  restore: (text: string) => string;
}

/** Several texts on their way through one template. */
export interface GuardedTexts {
  texts: string[];
  /** Puts the characters back into any text that the stand-ins have come to. */
  restore: (text: string) => string;
}

/** Characters that Unicode promises never to use, then those left to private agreements. */
const firstNonCharacter = 0xfdd0;
const lastNonCharacter = 0xfdef;
const firstPrivate = 0xe000;
const lastPrivate = 0xf8ff;

/**
 * Replaces the first and the last character of every control token (`<`, `>`, `[` …) in a person's text by stand-ins, so
 * that the template may trim, cut or quote the text as it likes and still no control token comes out of it. Afterwards the
 * rendered text is cut at control tokens, and only then are the characters put back.
 * @param template the template's source: it must not contain a stand-in itself.
 */
export function guardText(
  text: string,
  controlTokens: Iterable<string>,
  template: string,
): GuardedText {
  const { texts, restore } = guardTexts([text], controlTokens, template);
  return { text: texts.join(''), restore };
}

/** The same for several texts: the stand-ins are those of all of them. */
export function guardTexts(
  texts: readonly string[],
  controlTokens: Iterable<string>,
  template: string,
): GuardedTexts {
  const all = texts.join('');
  const guarded = new Set<string>();
  for (const token of controlTokens) {
    const characters = [...token];
    guarded.add(characters[0] ?? '').add(characters.at(-1) ?? '');
  }
  const present = [...guarded].filter((character) => character !== '' && all.includes(character));
  const standIns = new Map<string, string>();
  const free = freeCharacters(all + template);
  for (const character of present) {
    const standIn = free.next().value;
    if (standIn === undefined) throw tooManyOddCharacters();
    standIns.set(character, standIn);
  }
  const originals = new Map([...standIns].map(([character, standIn]) => [standIn, character]));
  return {
    texts: texts.map((text) => replaceCharacters(text, standIns)),
    restore: (rendered) => replaceCharacters(rendered, originals),
  };
}

function replaceCharacters(text: string, replacements: ReadonlyMap<string, string>): string {
  let replaced = text;
  for (const [from, to] of replacements) replaced = replaced.replaceAll(from, to);
  return replaced;
}

function* freeCharacters(used: string): Generator<string, undefined> {
  const ranges: [number, number][] = [
    [firstNonCharacter, lastNonCharacter],
    [firstPrivate, lastPrivate],
  ];
  for (const [first, last] of ranges) {
    for (let code = first; code <= last; code++) {
      const character = String.fromCharCode(code);
      if (!used.includes(character)) yield character;
    }
  }
  return undefined;
}

function tooManyOddCharacters(): WinnowError {
  return new WinnowError(
    'prompt-invalid',
    'This prompt uses too many characters that have no meaning.',
    'Take out the unreadable characters.',
  );
}

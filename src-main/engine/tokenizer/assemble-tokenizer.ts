/** A generator's tokenizer from its parts, whatever kind of file these were read from. */
import { requireShorter } from '../../domain/answer-room.ts';
import { checkPrompt } from '../../domain/prompt.ts';
import { ChatTemplate, type TemplateTokens } from './chat-template.ts';
import { findEndTokens } from './end-tokens.ts';
import { guardText } from './guarded-text.ts';
import { encodeAround, type TextCodec } from './text-codec.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A generator's way between text and tokens. Close it after use. */
export interface GeneratorTokenizer {
  vocabularySize: number;
  /** Any of these ends an answer. */
  endTokens: ReadonlySet<number>;
  /** What a person should know about this tokenizer, in whole sentences. */
  warnings: readonly string[];
  /**
   * The ids that the model reads for a person's prompt: the chat template around it, up to where the answer begins.
   * Text from people never becomes a control token. They may be more than the model can read: answerRoom tells.
   * @throws prompt-empty, prompt-invalid, prompt-too-long (absurdly so), chat-template-failed.
   */
  encodePrompt(userText: string): Promise<number[]>;
  /** The ids of an ordinary text, without template and control tokens. */
  encodeText(text: string): number[];
  /** The text of an answer. Control tokens are dropped, and so is a character at the end that is not complete yet. */
  decode(ids: Iterable<number>): string;
  close(): Promise<void>;
}

export interface TokenizerParts {
  /** The chat template's source. */
  template: string;
  /** Control tokens that the template may write by their names. */
  templateTokens: TemplateTokens;
  vocabulary: Vocabulary;
  codec: TextCodec;
  /** The token that every text must begin with; a template that writes it itself does not get a second one. */
  begin: number | null;
  /** Control tokens that take the white space behind them. */
  swallowing: ReadonlySet<number>;
  /** Control tokens that take the white space before them. */
  swallowingBefore?: ReadonlySet<number>;
  /** The most tokens that the model can read, where that is known; else Infinity. */
  contextLength: number;
}

/**
 * Puts them together and tries the chat template.
 * @throws chat-template-failed
 */
export async function assembleTokenizer(parts: TokenizerParts): Promise<GeneratorTokenizer> {
  const { vocabulary, codec, contextLength } = parts;
  const template = new ChatTemplate(parts.template, parts.templateTokens);
  const longestToken = vocabulary.tokens.reduce(
    (longest, _, id) => Math.max(longest, codec.bytesOf(id).length),
    1,
  );
  const bytesOf = remembering((id) => codec.bytesOf(id));
  try {
    const endTokens = await findEndTokens(template, vocabulary);
    return {
      vocabularySize: vocabulary.tokens.length,
      endTokens,
      warnings: codec.warnings,
      encodePrompt: async (userText) => {
        checkPrompt(userText);
        // No token stands for more bytes than the longest one, so a text far too long is refused at once.
        requireShorter(Math.floor(Buffer.byteLength(userText) / longestToken), contextLength);
        return encodePrompt(parts, template, userText);
      },
      encodeText: (text) => codec.encode(text),
      decode: (ids) => decode(bytesOf, codec.dropsFirstSpace, ids),
      close: () => template.close(),
    };
  } catch (error) {
    await template.close();
    throw error;
  }
}

async function encodePrompt(
  { vocabulary, codec, begin, swallowing, swallowingBefore }: TokenizerParts,
  template: ChatTemplate,
  userText: string,
): Promise<number[]> {
  const guarded = guardText(userText, vocabulary.control.keys(), template.source);
  const rendered = await template.render([{ role: 'user', content: guarded.text }], true);
  const encode = (piece: string, place: number) => codec.encode(guarded.restore(piece), place > 0);
  const ids = encodeAround(rendered, vocabulary.control, encode, swallowing, swallowingBefore);
  if (begin !== null && ids[0] !== begin) ids.unshift(begin);
  return ids;
}

/** Answers use few of a model's tokens, again and again. */
function remembering(bytesOf: (id: number) => Uint8Array): (id: number) => Uint8Array {
  const known = new Map<number, Uint8Array>();
  return (id) => {
    const bytes = known.get(id) ?? bytesOf(id);
    known.set(id, bytes);
    return bytes;
  };
}

function decode(
  bytesOf: (id: number) => Uint8Array,
  dropsFirstSpace: boolean,
  ids: Iterable<number>,
): string {
  const bytes = Buffer.concat(Array.from(ids, bytesOf));
  // Told that more is to come, the decoder keeps an incomplete character to itself.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: true });
  return dropsFirstSpace && text.startsWith(' ') ? text.slice(1) : text;
}

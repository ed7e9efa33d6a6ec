import { WinnowError } from '../../contract/errors.ts';
import { requireShorter } from '../../domain/answer-room.ts';
import { checkPrompt } from '../../domain/prompt.ts';
import { printable, tokenizerUnsupported } from '../gguf/faults.ts';
import type { GgufFile } from '../gguf/types.ts';
import { byteLevelCodec } from './byte-level.ts';
import { ChatTemplate } from './chat-template.ts';
import { findEndTokens } from './end-tokens.ts';
import { guardText } from './guarded-text.ts';
import { sentencePieceCodec } from './sentence-piece.ts';
import { swallowingTokens } from './swallowed-space.ts';
import { encodeAround, type TextCodec } from './text-codec.ts';
import { readVocabulary, type Vocabulary } from './vocabulary.ts';

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

/**
 * Rebuilds a file's tokenizer and tries its chat template.
 * @throws chat-template-missing, chat-template-failed, model-tokenizer-unsupported, model-damaged.
 */
export async function createGeneratorTokenizer(file: GgufFile): Promise<GeneratorTokenizer> {
  const { metadata } = file;
  const source = readTemplateSource(file);
  const vocabulary = readVocabulary(metadata, source);
  const codec = createCodec(file, vocabulary);
  const template = new ChatTemplate(source, {
    bos_token: vocabulary.tokens[vocabulary.begin ?? -1] ?? '',
    eos_token: vocabulary.tokens[vocabulary.end ?? -1] ?? '',
  });
  const begin = beginToken(file, vocabulary);
  const swallowing = swallowingTokens(file, vocabulary);
  const longestToken = vocabulary.tokens.reduce(
    (longest, _, id) => Math.max(longest, codec.bytesOf(id).length),
    1,
  );
  const architecture = metadata.text('general.architecture') ?? '';
  const contextLength = metadata.number(`${architecture}.context_length`) ?? Infinity;
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
        const guarded = guardText(userText, vocabulary.control.keys(), source);
        const rendered = await template.render([{ role: 'user', content: guarded.text }], true);
        const encode = (piece: string) => codec.encode(guarded.restore(piece));
        const ids = encodeAround(rendered, vocabulary.control, encode, swallowing);
        if (begin !== null && ids[0] !== begin) ids.unshift(begin);
        return ids;
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

function createCodec({ metadata }: GgufFile, vocabulary: Vocabulary): TextCodec {
  const model = metadata.text('tokenizer.ggml.model');
  if (model === 'gpt2') return byteLevelCodec(metadata, vocabulary);
  if (model === 'llama') return sentencePieceCodec(metadata, vocabulary);
  throw tokenizerUnsupported(`it is of a kind named "${printable(model ?? '')}"`, {
    model: printable(model ?? ''),
  });
}

function readTemplateSource({ metadata }: GgufFile): string {
  const source =
    metadata.text('tokenizer.chat_template') ?? metadata.text('tokenizer.chat_template.default');
  if (source !== null && source.trim() !== '') return source;
  throw new WinnowError(
    'chat-template-missing',
    'This model does not say how to lay out a conversation (it has no chat template), so it cannot answer prompts.',
    'Choose a model that was made for conversations; its name often says "Instruct" or "Chat".',
  );
}

/** The token that every text must begin with, or null; a template that writes it itself does not get a second one. */
function beginToken({ metadata }: GgufFile, { begin }: Vocabulary): number | null {
  const sentencePiece = metadata.text('tokenizer.ggml.model') === 'llama';
  return (metadata.flag('tokenizer.ggml.add_bos_token') ?? sentencePiece) ? begin : null;
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

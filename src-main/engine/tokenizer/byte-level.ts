import { damaged, tokenizerUnsupported } from '../gguf/faults.ts';
import type { GgufMetadata } from '../gguf/metadata.ts';
import { preTokenizerOf } from './pre-tokenizers.ts';
import { encodeAround, noBytes, type TextCodec } from './text-codec.ts';
import { makeEncoder } from './tokenizer-library.ts';
import { tokenKind, type Vocabulary } from './vocabulary.ts';

/** Printable characters that stand for the 256 bytes in a byte-level vocabulary (GPT-2's bytes_to_unicode). */
export const byteCharacters: readonly string[] = makeByteCharacters();
const bytesByCharacter = new Map(byteCharacters.map((character, byte) => [character, byte]));

/** Without these no ordinary English text could be written; rarer bytes are missing from many vocabularies. */
const neededBytes = [9, 10, ...Array.from({ length: 95 }, (_, index) => 32 + index)];

/**
 * The tokenizer of a file whose model is `gpt2`: byte-level BPE.
 * Bytes that the vocabulary lacks (rare control characters) are left out, as the model's own tokenizer does.
 * @throws model-tokenizer-unsupported, model-damaged.
 */
export function byteLevelCodec(metadata: GgufMetadata, vocabulary: Vocabulary): TextCodec {
  const preTokenizer = preTokenizerOf(metadata.text('tokenizer.ggml.pre'));
  const ids = ordinaryTokens(vocabulary);
  const missing = neededBytes.filter((byte) => !ids.has(byteCharacters[byte] ?? ''));
  if (missing.length > 0) throw tokenizerUnsupported('its vocabulary lacks common characters');
  const splits = preTokenizer.patterns.map((pattern) => ({
    type: 'Split',
    pattern: { Regex: pattern },
    behavior: 'Isolated',
    invert: false,
  }));
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, use_regex: false };
  const encodePiece = makeEncoder({
    normalizer: null,
    pre_tokenizer: { type: 'Sequence', pretokenizers: [...splits, byteLevel] },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(ids),
      merges: readMerges(metadata, vocabulary, ids),
      ignore_merges: preTokenizer.wholeWords,
    },
  });
  return {
    encode: (text) => encodeAround(text, vocabulary.userDefined, encodePiece),
    bytesOf: (id) => tokenBytes(vocabulary, id),
    dropsFirstSpace: false,
    warnings: preTokenizer.doubtful
      ? ['This file does not say how its model splits words, so answers may be worse than usual.']
      : [],
  };
}

/** Control tokens are left out, so that no text can become one. */
function ordinaryTokens({ tokens, control, kinds }: Vocabulary): Map<string, number> {
  const ids = new Map<string, number>();
  tokens.forEach((token, id) => {
    if (control.get(token) !== id && kinds[id] !== tokenKind.control) ids.set(token, id);
  });
  return ids;
}

function readMerges(
  metadata: GgufMetadata,
  vocabulary: Vocabulary,
  ids: ReadonlyMap<string, number>,
): [string, string][] {
  const lines = metadata.texts('tokenizer.ggml.merges');
  if (lines === null) throw tokenizerUnsupported('the file holds no list of merges');
  const merges: [string, string][] = [];
  for (const line of lines) {
    // A part may itself contain a space only at its start, in vocabularies that are not byte-level.
    const border = line.indexOf(' ', 1);
    const left = line.slice(0, border);
    const right = line.slice(border + 1);
    if (border < 1 || right === '') throw damaged('its list of merges makes no sense', { line });
    if (ids.has(left + right)) merges.push([left, right]);
    else if (!vocabulary.control.has(left + right)) {
      throw damaged('its list of merges does not fit its vocabulary');
    }
  }
  return merges;
}

/** The bytes behind a token, each a printable character in it. */
export function tokenBytes({ tokens, kinds, control }: Vocabulary, id: number): Uint8Array {
  const token = tokens[id];
  const kind = kinds[id];
  if (token === undefined || control.get(token) === id) return noBytes;
  if (kind === tokenKind.control || kind === tokenKind.unknown) return noBytes;
  if (kind === tokenKind.userDefined) return new TextEncoder().encode(token);
  const bytes = [...token].map((character) => bytesByCharacter.get(character));
  if (bytes.includes(undefined)) return new TextEncoder().encode(token);
  return Uint8Array.from(bytes, (byte) => byte ?? 0);
}

function makeByteCharacters(): string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    return String.fromCharCode(printable ? byte : next++);
  });
}

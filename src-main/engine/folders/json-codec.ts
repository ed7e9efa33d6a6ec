/** The codec that a tokenizer.json describes: byte-level or SentencePiece BPE. */
import { WinnowError } from '../../contract/errors.ts';
import { printable, tokenizerUnsupported } from '../gguf/faults.ts';
import { tokenBytes } from '../tokenizer/byte-level.ts';
import { pieceBytes } from '../tokenizer/sentence-piece.ts';
import type { TextCodec } from '../tokenizer/text-codec.ts';
import { makeEncoder } from '../tokenizer/tokenizer-library.ts';
import type { Vocabulary } from '../tokenizer/vocabulary.ts';
import { damagedFile } from './faults.ts';
import { readNormalizer, readPreTokenizer } from './json-splitting.ts';
import type { JsonVocabulary } from './json-vocabulary.ts';
import type { TokenizerJson } from './tokenizer-files.ts';

/** Without these no ordinary English text could be written. */
const neededText = `Hello\n\t${Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('')}`;

/** @throws model-tokenizer-unsupported, model-damaged */
export function jsonCodec(file: TokenizerJson, { vocabulary, listed }: JsonVocabulary): TextCodec {
  const { model } = file;
  const kind = model.type ?? ('merges' in model ? 'BPE' : 'unknown');
  const hasAffixes = ['continuing_subword_prefix', 'end_of_word_suffix'].some((name) =>
    Boolean(model[name]),
  );
  if (kind !== 'BPE' || hasAffixes) {
    throw tokenizerUnsupported(`it is of a kind named "${printable(kind)}"`, {
      model: printable(kind),
    });
  }
  const decoder = readDecoder(file);
  const codec: TextCodec = {
    encode: makeEncoders(file, vocabulary, listed),
    bytesOf: (id) => (decoder.byteLevel ? tokenBytes(vocabulary, id) : pieceBytes(vocabulary, id)),
    dropsFirstSpace: decoder.dropsFirstSpace,
    warnings: [],
  };
  checkRoundTrip(codec);
  return codec;
}

/** One encoder for the beginning of a text, and one for what follows, where they differ. */
function makeEncoders(
  file: TokenizerJson,
  vocabulary: Vocabulary,
  listed: ReadonlyMap<string, number>,
): TextCodec['encode'] {
  // Control tokens are left out, so that no text can become one.
  const { control } = vocabulary;
  const merges = readMerges(file, listed, control);
  const encoderFor = (continues: boolean) =>
    makeEncoder(
      {
        added_tokens: file.added_tokens.filter(({ content }) => !control.has(content)),
        normalizer: readNormalizer(file.normalizer),
        pre_tokenizer: readPreTokenizer(file.pre_tokenizer, continues),
        model: {
          type: 'BPE',
          // Checked to be numbers (json-vocabulary.ts).
          vocab: file.model['vocab'] as Record<string, number>,
          merges,
          ignore_merges: file.model['ignore_merges'] === true,
          byte_fallback: file.model['byte_fallback'] === true,
          unk_token: vocabulary.tokens[vocabulary.unknown ?? -1] ?? null,
        },
      },
      control.keys(),
    );
  const [first, later] = [false, true].map((continues) =>
    JSON.stringify(readPreTokenizer(file.pre_tokenizer, continues)),
  );
  try {
    const encode = encoderFor(false);
    const encodeLater = first === later ? encode : encoderFor(true);
    return (text, continues = false) => (continues ? encodeLater(text) : encode(text));
  } catch (error) {
    if (error instanceof WinnowError) throw error;
    // The library's own errors name a part of the file that it does not know.
    const reason = error instanceof Error ? error.message : String(error);
    throw tokenizerUnsupported('its tokenizer.json says something unknown', { reason });
  }
}

function readMerges(
  { model }: TokenizerJson,
  listed: ReadonlyMap<string, number>,
  control: ReadonlyMap<string, number>,
): [string, string][] {
  const lines = model['merges'];
  if (!Array.isArray(lines)) throw damagedFile('tokenizer.json', 'it holds no list of merges');
  const merges: [string, string][] = [];
  for (const line of lines as unknown[]) {
    const [left, right, more] = Array.isArray(line) ? (line as unknown[]) : pairOf(line);
    if (typeof left !== 'string' || typeof right !== 'string' || more !== undefined) {
      throw damagedFile('tokenizer.json', 'its list of merges makes no sense');
    }
    const known = [left, right, left + right].every((token) => listed.has(token));
    if (!known) throw damagedFile('tokenizer.json', 'its merges do not fit its vocabulary');
    if (!control.has(left + right)) merges.push([left, right]);
  }
  return merges;
}

/** Older files write both parts in one text. */
function pairOf(line: unknown): unknown[] {
  return typeof line === 'string' ? line.split(' ') : [];
}

interface Decoder {
  /** Each character of a token stands for a byte; else tokens are texts, with marks for spaces. */
  byteLevel: boolean;
  dropsFirstSpace: boolean;
}

function readDecoder({ decoder }: TokenizerJson): Decoder {
  const parts = decoder?.type === 'Sequence' ? decoder['decoders'] : [decoder ?? []].flat();
  const steps = (Array.isArray(parts) ? parts : []) as ({ type?: unknown } | null | undefined)[];
  const types = steps.map((step) => String(step?.type));
  if (types.length > 0 && types.every((type) => type === 'ByteLevel')) {
    return { byteLevel: true, dropsFirstSpace: false };
  }
  const known = ['Replace', 'ByteFallback', 'Fuse', 'Strip', 'Metaspace'];
  const unknown = types.find((type) => !known.includes(type));
  if (unknown !== undefined || types.length === 0) {
    throw tokenizerUnsupported(`it joins tokens by rules named "${printable(unknown ?? 'none')}"`);
  }
  return { byteLevel: false, dropsFirstSpace: steps.some((step) => dropsSpace(step ?? {})) };
}

function dropsSpace(step: { type?: unknown; [key: string]: unknown }): boolean {
  if (step.type === 'Strip') return Number(step['start']) > 0;
  const prepends = step['prepend_scheme'] ?? (step['add_prefix_space'] === false ? 'never' : '');
  return step.type === 'Metaspace' && prepends !== 'never';
}

/** A text has to come back as it was; a file that was read wrongly shows here. */
function checkRoundTrip(codec: TextCodec): void {
  const bytes = codec.encode(neededText).map((id) => codec.bytesOf(id));
  const text = Buffer.concat(bytes).toString('utf8');
  const came = codec.dropsFirstSpace && text.startsWith(' ') ? text.slice(1) : text;
  if (came !== neededText) {
    throw tokenizerUnsupported('a text that becomes tokens does not come back as it was');
  }
}

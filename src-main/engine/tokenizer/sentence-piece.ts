import { damaged, tokenizerUnsupported } from '../gguf/faults.ts';
import type { GgufMetadata } from '../gguf/metadata.ts';
import { encodeAround, noBytes, type TextCodec } from './text-codec.ts';
import { makeEncoder } from './tokenizer-library.ts';
import { tokenKind, type Vocabulary } from './vocabulary.ts';

/** Stands for a space. */
const mark = '\u2581';

/**
 * The tokenizer of a file whose model is `llama`: SentencePiece BPE, where the best-scored neighbours are joined first and
 * characters outside the vocabulary become bytes (`<0x0A>`).
 * @throws model-tokenizer-unsupported, model-damaged.
 */
export function sentencePieceCodec(metadata: GgufMetadata, vocabulary: Vocabulary): TextCodec {
  const addsSpace = metadata.flag('tokenizer.ggml.add_space_prefix') ?? true;
  const ids = pieces(vocabulary);
  const unknown = vocabulary.tokens[vocabulary.unknown ?? -1];
  const toMarks = { type: 'Replace', pattern: { String: ' ' }, content: mark };
  const encodePiece = makeEncoder({
    normalizer: {
      type: 'Sequence',
      normalizers: addsSpace ? [{ type: 'Prepend', prepend: mark }, toMarks] : [toMarks],
    },
    pre_tokenizer: null,
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(ids),
      merges: mergesFromScores(ids, readScores(metadata, vocabulary), vocabulary),
      byte_fallback: true,
      fuse_unk: true,
      unk_token: unknown ?? null,
    },
  });
  return {
    encode: (text) => encodeAround(text, vocabulary.userDefined, encodePiece),
    bytesOf: (id) => pieceBytes(vocabulary, id),
    dropsFirstSpace: addsSpace,
    warnings: [],
  };
}

function pieces({ tokens, kinds, control }: Vocabulary): Map<string, number> {
  const ids = new Map<string, number>();
  tokens.forEach((token, id) => {
    if (control.get(token) !== id && kinds[id] !== tokenKind.control) ids.set(token, id);
  });
  for (let byte = 0; byte < 256; byte++) {
    const name = `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
    if (!ids.has(name)) throw tokenizerUnsupported('its vocabulary lacks single bytes');
  }
  return ids;
}

function readScores(metadata: GgufMetadata, { tokens }: Vocabulary): readonly number[] {
  const scores = metadata.numbers('tokenizer.ggml.scores');
  if (scores === null) throw tokenizerUnsupported('the file holds no scores of its tokens');
  if (scores.length !== tokens.length || scores.some((score) => Number.isNaN(score))) {
    throw damaged('its scores do not fit its vocabulary');
  }
  return scores;
}

interface Merge {
  left: string;
  right: string;
  score: number;
  leftId: number;
  rightId: number;
}

/** All ways of joining two tokens into a third, best first: in the order of transformers' own conversion. */
function mergesFromScores(
  ids: ReadonlyMap<string, number>,
  scores: readonly number[],
  { kinds }: Vocabulary,
): [string, string][] {
  const merges: Merge[] = [];
  for (const [token, id] of ids) {
    if (kinds[id] !== tokenKind.normal && kinds[id] !== tokenKind.userDefined) continue;
    const characters = [...token];
    for (let cut = 1; cut < characters.length; cut++) {
      const left = characters.slice(0, cut).join('');
      const right = characters.slice(cut).join('');
      const leftId = ids.get(left);
      const rightId = ids.get(right);
      if (leftId === undefined || rightId === undefined) continue;
      merges.push({ left, right, score: scores[id] ?? 0, leftId, rightId });
    }
  }
  merges.sort(
    (a, b) =>
      b.score - a.score ||
      b.left.length - a.left.length ||
      b.right.length - a.right.length ||
      a.leftId - b.leftId ||
      a.rightId - b.rightId,
  );
  return merges.map(({ left, right }) => [left, right]);
}

/** The bytes behind a token: its text with spaces for their marks, or the one byte that it names. */
export function pieceBytes({ tokens, kinds, control }: Vocabulary, id: number): Uint8Array {
  const token = tokens[id];
  const kind = kinds[id];
  if (token === undefined || control.get(token) === id) return noBytes;
  if (kind === tokenKind.control || kind === tokenKind.unknown) return noBytes;
  const byte = /^<0x([0-9A-F]{2})>$/.exec(token)?.[1];
  if (kind === tokenKind.byte && byte !== undefined) return Uint8Array.of(parseInt(byte, 16));
  return new TextEncoder().encode(token.replaceAll(mark, ' '));
}

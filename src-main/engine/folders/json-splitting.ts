/**
 * How a tokenizer.json changes and cuts a text before its tokens are joined, in terms that the tokenizer library follows
 * as Hugging Face's own implementation does: where the two part, the same is said in other words, and what cannot be said
 * is refused.
 */
import { printable, tokenizerUnsupported } from '../gguf/faults.ts';

/** A part of a tokenizer.json that changes or cuts texts. */
export interface Step {
  type: string;
  [key: string]: unknown;
}

/** Stands for a space. */
const mark = '\u2581';
const punctuation = '[!-/:-@\\[-`{-~\\p{P}]';

const normalizers = new Set(['NFC', 'NFD', 'NFKC', 'NFKD', 'Replace', 'Prepend', 'Sequence']);

/** @throws model-tokenizer-unsupported */
export function readNormalizer(step: Step | null | undefined): Step | null {
  if (step === null || step === undefined) return null;
  if (!normalizers.has(step.type)) {
    throw tokenizerUnsupported(`it changes texts by rules named "${printable(step.type)}"`);
  }
  return step.type === 'Sequence'
    ? { ...step, normalizers: stepsOf(step['normalizers']).map(readNormalizer) }
    : step;
}

/** What readPreTokenizer reads, besides sequences of them. */
export const readKinds: ReadonlySet<string> = new Set([
  'ByteLevel',
  'Digits',
  'Metaspace',
  'Punctuation',
  'Split',
]);

/**
 * @param continues for a text that other tokens stand before: some mark only the beginning of a text with a space
 * @throws model-tokenizer-unsupported
 */
export function readPreTokenizer(step: Step | null | undefined, continues: boolean): Step | null {
  if (step === null || step === undefined) return null;
  switch (step.type) {
    case 'ByteLevel':
      return step;
    case 'Sequence':
      return sequence(
        stepsOf(step['pretokenizers']).map((part) => readPreTokenizer(part, continues)),
      );
    // The library knows ASCII digits only.
    case 'Digits':
      return isolated(step['individual_digits'] === true ? '\\p{N}' : '\\p{N}+');
    case 'Punctuation':
      return punctuationStep(step);
    case 'Metaspace':
      return metaspace(step, continues);
    case 'Split':
      return split(step);
    default:
      throw unknownRules(step.type);
  }
}

function metaspace(step: Step, continues: boolean): Step {
  const prepends =
    step['prepend_scheme'] ?? (step['add_prefix_space'] === false ? 'never' : 'always');
  if ((step['replacement'] ?? mark) !== mark) throw unknownRules(step.type);
  const scheme = prepends === 'first' && continues ? 'never' : prepends;
  const marking = { type: step.type, replacement: mark, prepend_scheme: scheme };
  return step['split'] === false ? marking : sequence([marking, isolated(`${mark}[^${mark}]*`)]);
}

/** Pieces between matches stay as they are; each match is a piece of its own, or joins a neighbour. */
function split(step: Step): Step {
  const behaviour = behaviourOf(step, '');
  // What is cut out and what is left are pieces alike.
  if (behaviour === 'isolated') return { ...step, invert: false };
  if (behaviour === 'removed') return step;
  const { pattern } = step;
  const text =
    typeof pattern === 'object' && pattern !== null && 'String' in pattern ? pattern.String : null;
  if (typeof text !== 'string' || [...text].length !== 1 || step['invert'] === true) {
    throw unknownRules(step.type);
  }
  const code = `\\u{${(text.codePointAt(0) ?? 0).toString(16)}}`;
  if (behaviour === 'mergedwithprevious') return isolated(`[^${code}]*${code}`);
  if (behaviour === 'mergedwithnext') return isolated(`${code}[^${code}]*`);
  throw unknownRules(step.type);
}

function punctuationStep(step: Step): Step {
  const behaviour = behaviourOf(step, 'isolated');
  if (behaviour === 'isolated') return isolated(punctuation);
  if (behaviour === 'contiguous') return isolated(`${punctuation}+`);
  throw unknownRules(step.type);
}

function behaviourOf({ behavior }: Step, otherwise: string): string {
  return typeof behavior === 'string' ? behavior.toLowerCase() : otherwise;
}

function isolated(pattern: string): Step {
  return { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false };
}

function sequence(pretokenizers: (Step | null)[]): Step {
  return { type: 'Sequence', pretokenizers };
}

function stepsOf(value: unknown): Step[] {
  if (!Array.isArray(value)) throw unknownRules('Sequence');
  return value.map((part: unknown) => {
    const isStep = typeof part === 'object' && part !== null && 'type' in part;
    const type = isStep && typeof part.type === 'string' ? part.type : 'Sequence';
    if (!isStep || type === 'Sequence') throw unknownRules(type);
    return { ...part, type };
  });
}

function unknownRules(type: string) {
  return tokenizerUnsupported(`it splits words by rules named "${printable(type)}"`, {
    rules: printable(type),
  });
}

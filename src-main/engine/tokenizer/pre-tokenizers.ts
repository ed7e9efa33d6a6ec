import { printable, tokenizerUnsupported } from '../gguf/faults.ts';

/** How byte-level vocabularies cut a text into words before they join bytes. */
export interface PreTokenizer {
  /** The text is split by each, one after the other; what lies between two matches is a word too. */
  patterns: readonly string[];
  /** A word that is itself a token is taken whole, whatever the merges say. */
  wholeWords: boolean;
  /** The file does not really say how: the result may be wrong. */
  doubtful: boolean;
}

const contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const gpt2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
const llama3 = (digits: string) =>
  `${contractions}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*` +
  '|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
const upper = '[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]';
const lower = '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]';
const withCases = (digits: string, ending: string) =>
  `[^\\r\\n\\p{L}\\p{N}]?${upper}*${lower}+${ending}|[^\\r\\n\\p{L}\\p{N}]?${upper}+${lower}*${ending}` +
  `|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;

const plain = { wholeWords: false, doubtful: false };
const whole = { wholeWords: true, doubtful: false };
const smollm: PreTokenizer = { patterns: ['\\p{N}', gpt2], ...plain };
const gpt2Words: PreTokenizer = { patterns: [gpt2], ...plain };
const llamaBpe: PreTokenizer = { patterns: [llama3('\\p{N}{1,3}')], ...whole };
const dbrx: PreTokenizer = { ...llamaBpe, ...plain };
const qwen2: PreTokenizer = { patterns: [llama3('\\p{N}')], ...plain };
const gpt4o: PreTokenizer = {
  patterns: [withCases('\\p{N}{1,3}', `${contractions}?`)],
  ...whole,
};

/** By the names of `tokenizer.ggml.pre` (llama.cpp's table; the patterns are those of the models' own tokenizers). */
const preTokenizers: ReadonlyMap<string, PreTokenizer> = new Map([
  ['smollm', smollm],
  ['starcoder', smollm],
  ['command-r', smollm],
  ['refact', smollm],
  ['gpt-2', gpt2Words],
  ['olmo', gpt2Words],
  ['llama-bpe', llamaBpe],
  ['llama3', llamaBpe],
  ['llama-v3', llamaBpe],
  ['falcon3', llamaBpe],
  ['pixtral', llamaBpe],
  ['dbrx', dbrx],
  ['smaug-bpe', dbrx],
  ['qwen2', qwen2],
  ['deepseek-r1-qwen', qwen2],
  ['tekken', { patterns: [withCases('\\p{N}', '')], ...whole }],
  ['gpt-4o', gpt4o],
  ['llama4', gpt4o],
  ['default', { ...gpt2Words, doubtful: true }],
]);

/** All names that Winnow knows. */
export const preTokenizerNames: readonly string[] = [...preTokenizers.keys()];

/** @throws model-tokenizer-unsupported for a name that Winnow does not know. */
export function preTokenizerOf(name: string | null): PreTokenizer {
  const found = preTokenizers.get(name ?? 'default');
  if (found !== undefined) return found;
  throw tokenizerUnsupported(`it splits words by rules named "${printable(name ?? '')}"`, {
    pre: printable(name ?? ''),
  });
}

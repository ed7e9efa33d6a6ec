/** Reads the words behind `npm run bench:peers --`. */
import { parseArgs } from 'node:util';
import { limits } from '../../../src-main/contract/settings.ts';

export interface PeerOptions {
  /** Numbers of candidates. */
  n: number[];
  /** Lengths of the answers. */
  tokens: number[];
  engines: string[];
  /** Draw from that many likeliest tokens only; 0: from all. */
  topK: number;
  /** How often each engine measures each setting. */
  turns: number;
  /** Where to write the result as JSON. */
  json: string | null;
  /** The Python program of an environment with vLLM. */
  vllmPython: string | null;
}

const mostTurns = 20;
/** No vocabulary is smaller; engines differ in what they do with a larger number. */
const largestCut = 256;

/**
 * @param known the names of all engines; all of them are measured where none is named
 * @throws Error with a sentence for whoever typed the words
 */
export function readPeerArguments(
  words: string[],
  known: readonly string[],
  environment: { WINNOW_VLLM_PYTHON?: string | undefined } = {},
): PeerOptions {
  const { values } = parseArgs({
    args: words,
    options: {
      n: { type: 'string', default: '1,16,64' },
      tokens: { type: 'string', default: '128' },
      engines: { type: 'string', default: known.join(',') },
      'top-k': { type: 'string', default: '0' },
      turns: { type: 'string', default: '2' },
      json: { type: 'string' },
      'vllm-python': { type: 'string' },
    },
  });
  return {
    n: wholeNumbers('n', values.n, limits.candidates),
    tokens: wholeNumbers('tokens', values.tokens, {
      // The first token of some engines comes with the prompt, and one is not enough to measure.
      minimum: 2,
      maximum: limits.maxTokens.maximum,
    }),
    engines: engineNames(values.engines, known),
    topK: wholeNumbers('top-k', values['top-k'], { minimum: 0, maximum: largestCut })[0] ?? 0,
    turns: wholeNumbers('turns', values.turns, { minimum: 1, maximum: mostTurns })[0] ?? 1,
    json: values.json ?? null,
    vllmPython: values['vllm-python'] ?? environment.WINNOW_VLLM_PYTHON ?? null,
  };
}

function wholeNumbers(
  option: string,
  text: string,
  { minimum, maximum }: { minimum: number; maximum: number },
): number[] {
  const numbers = text.split(',').map(Number);
  const wrong = numbers.some(
    (number) => !Number.isInteger(number) || number < minimum || number > maximum,
  );
  if (wrong) {
    throw new Error(
      `--${option} takes whole numbers from ${minimum} to ${maximum}, not "${text}".`,
    );
  }
  return numbers;
}

function engineNames(text: string, known: readonly string[]): string[] {
  const names = text.split(',');
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  throw new Error(`There is no engine named "${unknown}". There are: ${known.join(', ')}.`);
}

/** The simple settings of the form: a few good values each, in words, with the field's term for the help. */
import type { Hold } from '../../../src-main/contract/events.ts';
import * as format from '../../lib/format.ts';

export interface Choice<Value> {
  value: Value;
  label: string;
}

export const answerChoices: readonly number[] = [16, 32, 64, 128, 256];

export const strictnessChoices: readonly Choice<number>[] = [
  { value: 0.3, label: 'Gentle' },
  { value: 0.5, label: 'Normal' },
  { value: 0.7, label: 'Strict' },
];

export const lengthChoices: readonly Choice<number>[] = [
  { value: 64, label: 'Short' },
  { value: 128, label: 'Medium' },
  { value: 384, label: 'Long' },
];

interface HoldChoice extends Choice<Hold> {
  /** One sentence for everybody. */
  sentence: string;
  /** With the field's terms. */
  help: string;
}

export const holdChoices: readonly HoldChoice[] = [
  {
    value: 'candidates',
    label: 'Same answers',
    sentence:
      'Every strategy may start the same answers; see which one saves time and which one finds more.',
    help: 'The same number of candidates (N) for every strategy. Candidate 17 is the same text in all of them, until it is stopped.',
  },
  {
    value: 'memory',
    label: 'Same memory',
    sentence: 'Every strategy starts as many answers as the memory allows it, once.',
    help: 'The same cache budget, as in the paper. Speculative Rejection starts what fits for the first 8 tokens; Best-of-N what fits at full length, in one wave.',
  },
  {
    value: 'tokens',
    label: 'Same words',
    sentence: 'Best-of-N may write as much as Speculative Rejection did, and no more.',
    help: 'The same number of tokens, thrown-away ones included. Speculative Rejection runs first.',
  },
  {
    value: 'time',
    label: 'Same time',
    sentence:
      'Best-of-N gets the time that Speculative Rejection took; only finished answers count.',
    help: 'The same seconds on this computer. Speculative Rejection runs first. Such a run is not expected to repeat exactly.',
  },
];

/** A token is about three quarters of an English word. */
export const wordsOf = (tokens: number): number => Math.round((tokens * 0.75) / 5) * 5;

export const lengthInWords = (tokens: number): string =>
  `at most about ${format.counted(wordsOf(tokens), 'word')} each (${format.counted(tokens, 'token')})`;

/** The choices, and beside them a value of the person's own where it is none of them. */
export function withOwnValue<Value extends number>(
  choices: readonly Choice<Value>[],
  value: Value,
  label: (value: Value) => string,
): Choice<Value>[] {
  const isListed = choices.some((choice) => choice.value === value);
  return isListed || !Number.isFinite(value)
    ? [...choices]
    : [...choices, { value, label: label(value) }];
}

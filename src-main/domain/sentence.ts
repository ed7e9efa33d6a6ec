/** The one plain sentence that says what a strategy saved against another, and what it cost. */
import type { RunStatus } from '../contract/events.ts';
import type { LaneDetails } from '../contract/run.ts';
import { strategyLabels } from './strategies/index.ts';
import { countWords } from './words.ts';

/** What the sentence needs to know of a lane. */
export type ComparedLane = Pick<
  LaneDetails,
  'strategy' | 'status' | 'chosen' | 'candidates' | 'tokensGenerated' | 'wallMs'
>;

/** What is counted of what a lane wrote. */
export interface WrittenUnit {
  one: string;
  many: string;
  /** Said after a comparison: all answers are meant, the chosen one alone may well be longer. */
  together: string;
  count: (lane: ComparedLane) => number;
}

export const writtenTokens: WrittenUnit = {
  one: 'token',
  many: 'tokens',
  together: '',
  count: ({ tokensGenerated }) => tokensGenerated,
};

export const writtenWords: WrittenUnit = {
  one: 'word',
  many: 'words',
  together: ' in all',
  count: wordsWritten,
};

/**
 * Compares a lane with a reference, usually Speculative Rejection with Best-of-N, in one sentence.
 * @param unit what the amount written is told in: tokens for people who know the field, words for all others
 */
export function comparisonSentence(
  reference: ComparedLane,
  other: ComparedLane,
  unit: WrittenUnit = writtenTokens,
): string {
  // A lane that was stopped later, while it was only observed, has chosen all the same.
  const missing = [reference, other].find(({ chosen }) => chosen === null);
  if (missing !== undefined) return cannotCompare(missing);
  const clauses = [
    `${strategyLabels[other.strategy]}${fewerStarted(other)} ${answerClause(reference, other)}`,
    timeClause(reference.wallMs, other.wallMs),
    `and wrote ${amountClause(unit.count(reference), unit.count(other), unit.many)}${unit.together}`,
  ];
  return `${clauses.filter((clause) => clause !== '').join(' ')}.`;
}

/** What one lane did, where there is no other to compare it with. */
export function laneSentence(lane: ComparedLane, unit: WrittenUnit = writtenTokens): string {
  const { strategy, status, chosen, candidates, wallMs } = lane;
  if (chosen === null) return `${strategyLabels[strategy]} ${whyNoChoice[status]}.`;
  const started = candidates.filter(({ state }) => state !== 'not-started').length;
  const count = Math.round(unit.count(lane));
  const amount = `${count.toLocaleString('en')} ${count === 1 ? unit.one : unit.many}`;
  const score = `scored ${twoRewards(chosen.reward)[0]}`;
  const time = wallMs > 0 ? ` in ${(wallMs / 1000).toFixed(1)} seconds` : '';
  return started === 1
    ? `${strategyLabels[strategy]} wrote one answer, ${score}: ${amount}${time}.`
    : `${strategyLabels[strategy]} chose one of ${started} answers, ${score}, and wrote ${amount}${time}.`;
}

const whyNoChoice: Record<RunStatus, string> = {
  running: 'has not finished yet',
  done: 'chose no answer',
  cancelled: 'was stopped before it chose an answer',
  interrupted: 'was interrupted before it chose an answer',
  failed: 'failed before it chose an answer',
};

function cannotCompare({ strategy, status }: ComparedLane): string {
  return `${strategyLabels[strategy]} ${whyNoChoice[status]}, so there is nothing to compare.`;
}

/**
 * Words of all texts. Texts that were lost when memory ran out are not there to be counted: their tokens count as many
 * words as the others'.
 */
function wordsWritten({ candidates, tokensGenerated }: ComparedLane): number {
  const words = candidates.reduce((sum, { text }) => sum + countWords(text), 0);
  const tokens = candidates.reduce((sum, candidate) => sum + candidate.tokens.length, 0);
  return tokens > 0 ? (words * tokensGenerated) / tokens : 0;
}

/** Part of what a lane saved may be answers that it never started: that is said in the same breath. */
function fewerStarted({ candidates }: ComparedLane): string {
  const started = candidates.filter(({ state }) => state !== 'not-started').length;
  return started < candidates.length
    ? `, with ${started} of ${candidates.length} answers started,`
    : '';
}

function chosenText({ candidates, chosen }: ComparedLane): string | undefined {
  return candidates.find(({ index }) => index === chosen?.index)?.text;
}

function answerClause(before: ComparedLane, after: ComparedLane): string {
  if (chosenText(before) === chosenText(after)) return 'found the same answer';
  const [firstReward, secondReward] = twoRewards(before.chosen?.reward, after.chosen?.reward);
  return firstReward === secondReward
    ? `chose another answer with the same score, ${firstReward},`
    : `chose another answer, scored ${secondReward} instead of ${firstReward},`;
}

function timeClause(before: number, after: number): string {
  if (before <= 0 || after <= 0) return '';
  const ratio = after / before;
  if (Math.abs(ratio - 1) < 0.02) return 'in about the same time';
  return ratio < 2 ? `in ${percent(ratio)} of the time` : `in ${ratio.toFixed(1)} times the time`;
}

function amountClause(before: number, after: number, name: string): string {
  if (after === before) return `as many ${name}`;
  if (before === 0) return `more ${name}`;
  const change = Math.abs(after / before - 1);
  if (change < 0.005) return `about as many ${name}`;
  return `${percent(change)} ${after < before ? 'fewer' : 'more'} ${name}`;
}

function percent(share: number): string {
  if (share < 0.01) return 'less than 1 %';
  const rounded = Math.round(share * 100);
  return `${share < 1 ? Math.min(99, rounded) : rounded} %`;
}

/** Both with as many digits, from 2 to 4, as it takes to tell them apart. */
function twoRewards(first = NaN, second = NaN): [string, string] {
  const digits = [2, 3, 4].find((count) => first.toFixed(count) !== second.toFixed(count)) ?? 2;
  return [first.toFixed(digits), second.toFixed(digits)];
}

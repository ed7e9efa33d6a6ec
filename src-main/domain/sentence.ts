/** The one plain sentence that says what a strategy saved against another, and what it cost. */
import type { RunStatus, StrategyName } from '../contract/events.ts';
import { chosenCandidate, type LaneSummary } from './lane-summary.ts';
import { strategyLabels } from './strategies/index.ts';

export interface ComparedLane {
  strategy: StrategyName;
  status: RunStatus;
  summary: LaneSummary;
}

/**
 * Compares a lane with a reference, usually Speculative Rejection with Best-of-N.
 * @returns one sentence; a second one where nothing was stopped, which says why and what would change it
 */
export function comparisonSentence(reference: ComparedLane, other: ComparedLane): string {
  const missing = [reference, other].find(
    ({ status, summary }) => status !== 'done' || summary.chosen === null,
  );
  if (missing !== undefined) return cannotCompare(missing);
  const [before, after] = [reference.summary, other.summary];
  const clauses = [
    `${strategyLabels[other.strategy]} ${answerClause(before, after)}`,
    timeClause(before.wallMs, after.wallMs),
    `and wrote ${tokensClause(before.tokensGenerated, after.tokensGenerated)}`,
  ];
  const sentence = `${clauses.filter((clause) => clause !== '').join(' ')}.`;
  const nothingStopped = after.notices.find(({ code }) => code === 'nothing-stopped');
  return nothingStopped === undefined ? sentence : `${nothingStopped.message} ${sentence}`;
}

function cannotCompare({ strategy, status }: ComparedLane): string {
  const what: Record<RunStatus, string> = {
    running: 'has not finished yet',
    done: 'chose no answer',
    cancelled: 'was stopped before it chose an answer',
    interrupted: 'was interrupted before it chose an answer',
    failed: 'failed before it chose an answer',
  };
  return `${strategyLabels[strategy]} ${what[status]}, so there is nothing to compare.`;
}

function answerClause(before: LaneSummary, after: LaneSummary): string {
  const [first, second] = [chosenCandidate(before), chosenCandidate(after)];
  if (first !== null && second !== null && first.text === second.text)
    return 'found the same answer';
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

function tokensClause(before: number, after: number): string {
  if (after === before) return 'as many tokens';
  const change = Math.abs(after / before - 1);
  if (change < 0.005) return 'about as many tokens';
  return `${percent(change)} ${after < before ? 'fewer' : 'more'} tokens`;
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

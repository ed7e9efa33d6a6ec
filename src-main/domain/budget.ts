/**
 * The memory budget of a lane (paper.md: budget): how many rows and how many tokens fit in so many bytes of cache.
 * All bytes are peaks and count the prompt's cache and every live row; reading the prompt has a peak of its own, below
 * which no budget can be.
 */
import { WinnowError } from '../contract/errors.ts';
import type { CacheCost } from './cache-cost.ts';

export type { CacheCost } from './cache-cost.ts';

/** What the budget functions need to know; every strategy's settings hold it. */
export interface CacheBudget {
  budgetBytes: number;
  /** No answer is longer than this many tokens, its end token included. */
  maxTokens: number;
  cost: CacheCost;
}

/** Speculative Rejection starts as many as fit for this many tokens (the reference implementation's minimum). */
export const firstTokens = 8;

/** `fit` never starts more than this many (the reference implementation's limit). */
export const mostCandidates = 1000;

/** The number of candidates that the budget `auto` is made for where `fit` leaves it open. */
const candidatesWhereOpen = 64;

/** Bytes that hold `rows` rows from the answer's start to its greatest length: Best-of-N's waves then have `rows` rows. */
export function budgetHolding(rows: number, maxTokens: number, cost: CacheCost): number {
  return peak(cost, rows, 0, maxTokens);
}

/** The budget `auto`: it holds a quarter of the candidates (rounded up) at full length. */
export function automaticBudget(
  candidates: number | 'fit',
  maxTokens: number,
  cost: CacheCost,
): number {
  return budgetHolding(automaticRows(candidates), maxTokens, cost);
}

/** How many answers the budget `auto` holds at full length. */
export function automaticRows(candidates: number | 'fit'): number {
  const count = candidates === 'fit' ? candidatesWhereOpen : candidates;
  return Math.max(1, Math.ceil(count / 4));
}

/** Whether `rows` rows fit from `position` to the full length. */
export function fitsToTheEnd(budget: CacheBudget, rows: number, position = 0): boolean {
  return fits(budget, rows, position, budget.maxTokens - position);
}

/** Whether `rows` rows can go on for `tokens` more tokens. (A decision there takes no memory: rows are dropped in place.) */
export function fits(budget: CacheBudget, rows: number, position: number, tokens: number): boolean {
  return peak(budget.cost, rows, position, tokens) <= budget.budgetBytes;
}

/** Best-of-N's wave: the most rows, up to `atMost`, that fit to the full length; 0 where not even one does. */
export function rowsToTheEnd(budget: CacheBudget, atMost = mostCandidates): number {
  return largest(atMost, (rows) => fitsToTheEnd(budget, rows));
}

/** The most rows, up to `atMost`, that fit for the first 8 tokens; 0 where not even one does. */
export function rowsAtTheStart(budget: CacheBudget, atMost = mostCandidates): number {
  const tokens = Math.min(firstTokens, budget.maxTokens);
  return largest(atMost, (rows) => fits(budget, rows, 0, tokens));
}

/** Tau: how many more tokens fit for `rows` rows at `position`, at least 1 and at most what the length limit leaves. */
export function tokensThatFit(budget: CacheBudget, rows: number, position: number): number {
  const left = budget.maxTokens - position;
  if (rows === 1 || fitsToTheEnd(budget, rows, position)) return left;
  return Math.max(
    1,
    largest(left, (tokens) => fits(budget, rows, position, tokens)),
  );
}

/** The smallest budget that starts `rows` rows for the first 8 tokens. */
export function budgetStarting(rows: number, maxTokens: number, cost: CacheCost): number {
  const tokens = Math.min(firstTokens, maxTokens);
  return Math.max(peak(cost, rows, 0, tokens), budgetHolding(1, maxTokens, cost));
}

/** Throws budget-too-small, naming the smallest budget that works, where not even one row fits at full length. */
export function requireOneRow(budget: CacheBudget): void {
  const needed = budgetHolding(1, budget.maxTokens, budget.cost);
  if (needed <= budget.budgetBytes) return;
  throw new WinnowError(
    'budget-too-small',
    `The memory budget of ${megabytes(budget.budgetBytes)} does not hold even one answer of ${budget.maxTokens} tokens.`,
    `Set the memory to at least ${megabytes(needed)}, or allow fewer tokens per answer.`,
    { budgetBytes: budget.budgetBytes, smallestBudgetBytes: needed },
  );
}

/**
 * Bytes in words (MB = 1,000,000 bytes), rounded up to three significant digits at least, so that the number named is
 * always enough.
 */
export function megabytes(bytes: number): string {
  const value = bytes / 1_000_000;
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : value >= 0.1 ? 3 : 6;
  const scale = 10 ** digits;
  return `${String(Math.ceil(bytes / (1_000_000 / scale)) / scale)} MB`;
}

/** The most bytes from the reading of the prompt until then. */
function peak(cost: CacheCost, rows: number, position: number, tokens: number): number {
  return Math.max(cost.whileReading, cost.whileAdvancing(rows, position, tokens));
}

/** The largest count from 1 to `atMost` that fits, where fitting ends at some count for good; 0 where 1 does not fit. */
function largest(atMost: number, doesFit: (count: number) => boolean): number {
  let fitting = 0;
  let tooMany = atMost + 1;
  while (tooMany - fitting > 1) {
    const middle = Math.floor((fitting + tooMany) / 2);
    if (doesFit(middle)) fitting = middle;
    else tooMany = middle;
  }
  return fitting;
}

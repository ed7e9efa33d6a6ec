/** Which lanes a run has, in which order, and what is held equal between them (paper.md: what is held equal). */
import { WinnowError } from '../contract/errors.ts';
import type { Hold, StrategyName } from '../contract/events.ts';
import type { LanePlan, RunSettings } from '../contract/run.ts';
import {
  automaticBudget,
  budgetHolding,
  requireOneRow,
  rowsAtTheStart,
  rowsToTheEnd,
  type CacheBudget,
  type CacheCost,
} from './budget.ts';
import type { LaneSummary } from './lane-summary.ts';
import type { LaneMemory } from './memory-need.ts';
import { strategies } from './strategies/index.ts';
import { requireRoomForAll } from './strategies/speculative-rejection.ts';
import type { StrategySettings } from './strategies/strategy.ts';

/** The budget in bytes that a run's setting means. */
export function budgetBytesOf(
  settings: Pick<RunSettings, 'memory' | 'candidates'>,
  maxTokens: number,
  cost: CacheCost,
): number {
  if (settings.memory !== 'auto') return settings.memory;
  return automaticBudget(settings.candidates, maxTokens, cost);
}

/**
 * Plans the lanes of a run.
 *
 * @param reversed run the lanes in the opposite order, as every second run does; where tokens or time are held equal,
 * Speculative Rejection runs first in any case
 * @throws budget-too-small where the budget does not hold one row, or with alpha 0 not all; setting-invalid where tokens or time are to be equal
 * with Speculative Rejection and it is not among the strategies
 */
export function planLanes(
  settings: RunSettings,
  budget: CacheBudget,
  reversed: boolean,
): LanePlan[] {
  requireOneRow(budget);
  const isLimited = settings.hold === 'tokens' || settings.hold === 'time';
  const names = reversed ? settings.strategies.toReversed() : [...settings.strategies];
  if (isLimited) putSpeculativeRejectionFirst(names, settings.hold);
  const plans = names.map((strategy, order) => ({
    strategy,
    order,
    candidates: candidatesOf(strategy, settings, budget),
    sampling: strategies[strategy].sampling(settings.sampling),
    limitedBy: strategy === 'best-of-n' ? limitOf(settings.hold) : null,
  }));
  for (const { strategy, candidates } of plans) {
    if (strategy === 'speculative-rejection')
      requireRoomForAll({ ...budget, alpha: settings.alpha, candidates });
  }
  return plans;
}

/** The most that any planned lane holds at once: candidates, and bytes of cache, never more than the budget. */
export function fullestLane(plans: readonly LanePlan[], budget: CacheBudget): LaneMemory {
  const rows = plans.map(({ strategy, candidates }) =>
    strategy === 'best-of-n' ? rowsToTheEnd(budget, candidates) : candidates,
  );
  const most = Math.max(...rows);
  const atFullLength = budgetHolding(most, budget.maxTokens, budget.cost);
  return { rows: most, cacheBytes: Math.min(budget.budgetBytes, atFullLength) };
}

/** The settings of one planned lane; `finished` holds the summaries of the lanes that ran before it. */
export function laneSettings(
  plan: LanePlan,
  settings: Pick<RunSettings, 'alpha' | 'observe'>,
  budget: CacheBudget,
  finished: { strategy: StrategyName; summary: LaneSummary }[],
): StrategySettings {
  const lane: StrategySettings = {
    ...budget,
    candidates: plan.candidates,
    alpha: settings.alpha,
    observe: settings.observe,
  };
  const first = finished.find(({ strategy }) => strategy === 'speculative-rejection')?.summary;
  if (plan.limitedBy === null || first === undefined) return lane;
  const { tokensGenerated: tokens, wallMs: ms } = first;
  return { ...lane, stopAfter: plan.limitedBy === 'tokens' ? { tokens } : { ms } };
}

function putSpeculativeRejectionFirst(names: StrategyName[], hold: Hold): void {
  const place = names.indexOf('speculative-rejection');
  if (place === -1) {
    throw new WinnowError(
      'setting-invalid',
      `To hold the ${hold} equal, Speculative Rejection has to be one of the strategies.`,
      'Add Speculative Rejection, or hold the number of candidates equal.',
      { hold },
    );
  }
  names.unshift(...names.splice(place, 1));
}

/**
 * N of one lane. With one budget and as many candidates as fit, Speculative Rejection starts what fits for 8 tokens; the
 * others write as many where candidates are held equal, and one wave where memory is.
 */
function candidatesOf(
  strategy: StrategyName,
  { candidates, hold }: RunSettings,
  budget: CacheBudget,
): number {
  if (strategy === 'greedy' || strategy === 'single-sample') return 1;
  if (hold === 'memory' && strategy === 'best-of-n') return rowsToTheEnd(budget);
  return hold === 'memory' || candidates === 'fit' ? rowsAtTheStart(budget) : candidates;
}

function limitOf(hold: Hold): LanePlan['limitedBy'] {
  return hold === 'tokens' || hold === 'time' ? hold : null;
}

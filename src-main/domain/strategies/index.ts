/**
 * Every strategy by its name. A new one is a file here, its name in contract/events.ts, a line below, and words for it in
 * the command line's demo. What it needs of the engine is only the verbs of strategy.ts; where its lane differs (how many
 * candidates, what is held equal against the others) is said in plan.ts.
 */
import { strategyNames, type StrategyName } from '../../contract/events.ts';
import { bestOfN } from './best-of-n.ts';
import { greedy } from './greedy.ts';
import { singleSample } from './single-sample.ts';
import { speculativeRejection } from './speculative-rejection.ts';
import type { Strategy } from './strategy.ts';

export const strategies: Record<StrategyName, Strategy> = {
  greedy,
  'single-sample': singleSample,
  'best-of-n': bestOfN,
  'speculative-rejection': speculativeRejection,
};

/** What a strategy is called in tables and headings: the field's term. */
export const strategyLabels = Object.fromEntries(
  strategyNames.map((name) => [name, strategies[name].term]),
) as Record<StrategyName, string>;

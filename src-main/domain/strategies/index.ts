/** The one list of strategies. Adding a strategy is adding a file and a line here. */
import type { StrategyName } from '../../contract/events.ts';
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

/** What a strategy is called in tables and headings. */
export const strategyLabels: Record<StrategyName, string> = {
  greedy: greedy.term,
  'single-sample': singleSample.term,
  'best-of-n': bestOfN.term,
  'speculative-rejection': speculativeRejection.term,
};

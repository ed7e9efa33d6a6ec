/**
 * What a strategy would have done with answers that are already recorded, under other settings: the real strategy, run
 * over a generator that writes the recorded answers again.
 */
import type { LaneEvent, StrategyName } from '../contract/events.ts';
import { summariseLane, type LaneSummary } from './lane-summary.ts';
import {
  RecordedGenerator,
  type RecordedCandidate,
  type RecordedScorer,
} from './recorded-generator.ts';
import { strategies } from './strategies/index.ts';
import { createLane } from './strategies/lane.ts';
import type { StrategySettings } from './strategies/strategy.ts';

export type { RecordedCandidate, RecordedScorer } from './recorded-generator.ts';

export interface Replay {
  events: LaneEvent[];
  summary: LaneSummary;
}

/**
 * Runs a strategy over recorded answers. Its times are all 0: a replay says what would be written, scored and chosen, not
 * how long it would take.
 *
 * @param candidates complete answers with the indices 0 to at least `settings.candidates` - 1; longer ones than
 * `settings.maxTokens` are cut there
 * @param scorer rewards of beginnings of these answers, and of whole ones
 * @param promptTokens the prompt's length, as recorded
 * @throws what the strategy throws; RangeError where an answer that it starts was not recorded
 */
export async function replayLane(
  candidates: RecordedCandidate[],
  scorer: RecordedScorer,
  settings: StrategySettings,
  promptTokens: number,
  strategy: StrategyName = 'speculative-rejection',
): Promise<Replay> {
  const events: LaneEvent[] = [];
  const answers = candidates.map((candidate) => cutAt(settings.maxTokens, candidate));
  const lane = createLane({
    verbs: new RecordedGenerator(answers, scorer, settings.cost),
    promptTokens,
    promptCacheBytes: settings.cost.whileAdvancing(0, 0, 0),
    promptPeakCacheBytes: settings.cost.whileReading,
    cost: settings.cost,
    now: () => 0,
    emit: (event) => events.push(event),
  });
  await strategies[strategy].run(lane, settings);
  return { events, summary: summariseLane(events, settings.candidates) };
}

function cutAt(maxTokens: number, candidate: RecordedCandidate): RecordedCandidate {
  if (candidate.tokens.length <= maxTokens) return candidate;
  return { ...candidate, tokens: candidate.tokens.slice(0, maxTokens), finish: 'length' };
}

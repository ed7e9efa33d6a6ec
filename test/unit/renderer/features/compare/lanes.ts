/** Lanes of real strategies over scripted answers, event by event, as a page gets to see them. */
import type { StrategyName } from '../../../../../src-main/contract/events.ts';
import type { CompactLaneEvent } from '../../../../../src-main/contract/recording.ts';
import { createEventCompactor } from '../../../../../src-main/domain/compact-events.ts';
import { createLaneViewer, type LaneView } from '../../../../../src-main/domain/lane-view.ts';
import type { StrategySettings } from '../../../../../src-main/domain/strategies/strategy.ts';
import { answer, plainCost, runScript } from '../../../../helpers/scripted-generator.ts';

/** The better, the higher the number; the last one ends first. */
export const answers = [answer(40, -1), answer(40, 0), answer(40, 1), answer(12, 2)];

const settings: StrategySettings = {
  candidates: answers.length,
  alpha: 0.5,
  observe: false,
  maxTokens: 40,
  budgetBytes: 80,
  cost: plainCost(),
};

export async function compactEvents(strategy: StrategyName): Promise<CompactLaneEvent[]> {
  const { events } = await runScript(strategy, { answers, settings, msPerRun: 100 });
  const compact = createEventCompactor();
  return events.map((event) => compact(event));
}

/** The lane after each of its events, the last one at its end. */
export async function viewsOf(strategy: StrategyName): Promise<LaneView[]> {
  const viewer = createLaneViewer(strategy, answers.length);
  const events = await compactEvents(strategy);
  return events.map((event, place) => {
    viewer.add(event);
    // The viewer's lists are its own and grow: what a test keeps is a copy.
    return structuredClone(viewer.view(place === events.length - 1 ? 'done' : 'running'));
  });
}

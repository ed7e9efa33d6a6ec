/** Lanes as the charts are given them, from real strategies over scripted answers. */
import { createLaneSeriesFold } from '../../../../src-main/domain/lane-series.ts';
import type { LaneView } from '../../../../src-main/domain/lane-view.ts';
import type { StrategySettings } from '../../../../src-main/domain/strategies/strategy.ts';
import {
  answer,
  plainCost,
  runScript,
  type ScriptedAnswer,
} from '../../../helpers/scripted-generator.ts';

export async function viewOf(
  strategy: 'best-of-n' | 'speculative-rejection',
  answers: ScriptedAnswer[],
  changes: Partial<StrategySettings> = {},
): Promise<LaneView> {
  const settings = {
    candidates: answers.length,
    alpha: 0.5,
    observe: false,
    maxTokens: 40,
    budgetBytes: 80,
    cost: plainCost(),
    ...changes,
  };
  const { events, summary } = await runScript(strategy, { answers, settings, msPerRun: 100 });
  const fold = createLaneSeriesFold();
  for (const event of events) fold.add(event);
  return { strategy, status: 'done', planned: answers.length, summary, series: fold.series() };
}

/** Of four answers the last is the best, the first cannot be scored, and the lower half is stopped at 20 tokens. */
export const fourAnswers = [answer(40, null), answer(40, 1), answer(40, -2), answer(40, 3)];

export const bothLanes = async (): Promise<LaneView[]> => [
  await viewOf('best-of-n', fourAnswers, { observe: true }),
  await viewOf('speculative-rejection', fourAnswers),
];

/** A lane that was planned and has not begun. */
export async function waitingLane(): Promise<LaneView> {
  const { summary } = await runScript('best-of-n', {
    answers: [],
    settings: {
      candidates: 4,
      alpha: 0.5,
      observe: false,
      maxTokens: 40,
      budgetBytes: 1,
      cost: plainCost(),
    },
  });
  const series = createLaneSeriesFold().series();
  return { strategy: 'best-of-n', status: 'waiting', planned: 4, summary, series };
}

/** Colours that tests can tell apart. */
export const colours = {
  surface: 'rgb(255 255 255)',
  text: 'rgb(0 0 0)',
  muted: 'rgb(90 90 90)',
  grid: 'rgb(200 200 200)',
  strategies: {
    'best-of-n': 'rgb(0 0 200)',
    'speculative-rejection': 'rgb(200 150 0)',
    greedy: 'rgb(0 200 0)',
    'single-sample': 'rgb(200 0 200)',
  },
  fontFamily: 'sans-serif',
};

import { describe, expect, it } from 'vitest';
import type { ComparisonEvent } from '../../../../../src-main/contract/application-events.ts';
import type { Comparison } from '../../../../../src-main/contract/recording.ts';
import type { LanePlan, RunRecord } from '../../../../../src-main/contract/run.ts';
import { foldComparison } from '../../../../../src-main/domain/comparison.ts';
import { followComparison } from '../../../../../src-renderer/features/compare/run-view.svelte.ts';
import { aRun } from '../../../../helpers/stored-runs.ts';
import { answers, compactEvents, viewsOf } from './lanes.ts';

const run: RunRecord = aRun();
const { settings } = run;
const id = 'comparison';

const plan = (strategy: LanePlan['strategy'], order: number): LanePlan => ({
  strategy,
  order,
  candidates: answers.length,
  sampling: settings.sampling,
  limitedBy: null,
});

const events = await compactEvents('speculative-rejection');
const lane = 'speculative-rejection';
const begun: ComparisonEvent[] = [
  { type: 'comparison-started', id, prompt: run.prompt, settings },
  { type: 'comparison-planned', id, run, lanes: [plan(lane, 0), plan('best-of-n', 1)] },
  { type: 'lane-began', id, strategy: lane },
];
const told = events.map((event): ComparisonEvent => ({
  type: 'lane-event',
  id,
  strategy: lane,
  event,
}));

const folded = (list: ComparisonEvent[]): Comparison | null =>
  list.reduce<Comparison | null>(foldComparison, null);

/** What a page knows of the comparison, as its state keeps it. */
function live(first: Comparison | null): { comparison: Comparison | null } {
  let comparison = $state.raw(first);
  return {
    get comparison() {
      return comparison;
    },
    set comparison(next) {
      comparison = next;
    },
  };
}

describe('the view of a comparison that is under way', () => {
  it('grows with its events to what they add up to, each read once', async () => {
    const page = live(folded(begun));
    const view = followComparison(() => page.comparison);
    const expected = await viewsOf(lane);
    for (const [place, event] of told.entries()) {
      page.comparison = foldComparison(page.comparison, event);
      expect(view.lanes[1]?.summary).toEqual(expected[place]?.summary);
    }
  });

  it('keeps Best-of-N on the left, though it waits for its turn', () => {
    const page = live(folded(begun));
    const { lanes } = followComparison(() => page.comparison);
    expect(lanes.map(({ strategy, status }) => [strategy, status])).toEqual([
      ['best-of-n', 'waiting'],
      [lane, 'running'],
    ]);
  });

  it('is the same for a page that comes in the middle or has to ask again', async () => {
    const half = Math.floor(told.length / 2);
    const page = live(folded([...begun, ...told.slice(0, half)]));
    const view = followComparison(() => page.comparison);
    expect(view.lanes[1]?.summary.wallMs).toBeGreaterThan(0);
    // The answer of the application after an absence: the same events and more, in lists of its own.
    page.comparison = structuredClone(folded([...begun, ...told]));
    expect(view.lanes[1]?.summary).toEqual((await viewsOf(lane)).at(-1)?.summary);
  });

  it('begins anew with another comparison', () => {
    const page = live(folded([...begun, ...told]));
    const view = followComparison(() => page.comparison);
    expect(view.lanes[1]?.summary.tokensGenerated).toBeGreaterThan(0);
    page.comparison = folded(begun.map((event) => ({ ...event, id: 'another' })));
    expect(view.lanes[1]?.summary.tokensGenerated).toBe(0);
  });

  it('tells of the run how it ended, as soon as it has', () => {
    const page = live(folded(begun));
    const view = followComparison(() => page.comparison);
    expect([view.isOver, view.run?.status]).toEqual([false, 'running']);
    page.comparison = foldComparison(page.comparison, {
      type: 'comparison-ended',
      id,
      status: 'cancelled',
      error: null,
    });
    expect([view.isOver, view.run?.status]).toEqual([true, 'cancelled']);
  });
});

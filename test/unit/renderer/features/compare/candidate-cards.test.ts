import { describe, expect, it } from 'vitest';
import type { LaneView } from '../../../../../src-main/domain/lane-view.ts';
import {
  bestCandidate,
  createCardValues,
  type CardValues,
} from '../../../../../src-renderer/features/compare/candidate-cards.ts';
import { scoreScale } from '../../../../../src-renderer/features/compare/score-scale.ts';
import { answers, viewsOf } from './lanes.ts';

const speculativeRejection = await viewsOf('speculative-rejection');
const bestOfN = await viewsOf('best-of-n');

/** The cards of each view, one after the other as a page makes them. */
function cardsOf(views: LaneView[]): CardValues[][] {
  const makeCards = createCardValues();
  const scale = scoreScale(views.slice(-1));
  return views.map((view) => makeCards(view, scale));
}

describe('the cards of a lane', () => {
  it('stay in the order of their numbers from the first event to the last', () => {
    for (const cards of cardsOf(speculativeRejection)) {
      expect(cards.map(({ index }) => index)).toEqual(answers.map((_, index) => index));
    }
  });

  it('keep their object while nothing on them changes', () => {
    const makeCards = createCardValues();
    const [view] = bestOfN.slice(-1);
    if (view === undefined) throw new Error('The lane has no events');
    const first = makeCards(view, null);
    const second = makeCards(structuredClone(view), null);
    expect(second.every((card, place) => card === first[place])).toBe(true);
  });

  it('change only where their own answer does', () => {
    const all = cardsOf(speculativeRejection);
    const ended = all.findLastIndex((cards) => cards[3]?.state === 'unscored');
    const [before, after] = [all[ended], all[ended + 1]];
    expect(after?.[3]).not.toBe(before?.[3]);
    // Scoring the answer that has ended leaves those that are being written as they are.
    expect(after?.[0]).toBe(before?.[0]);
  });

  it('tell what becomes of an answer that is stopped early', () => {
    const states = cardsOf(speculativeRejection).map((cards) => cards[0]?.state);
    expect([...new Set(states)]).toEqual(['not-started', 'writing', 'stopped']);
    const stopped = cardsOf(speculativeRejection).at(-1)?.[0];
    expect(stopped).toMatchObject({ reward: -1, partial: true, rank: null, best: false });
    expect(stopped?.stoppedAt).toBeGreaterThan(0);
  });

  it('tell what becomes of the one that is chosen', () => {
    const states = cardsOf(speculativeRejection).map((cards) => cards[3]?.state);
    expect([...new Set(states)]).toEqual([
      'not-started',
      'writing',
      'unscored',
      'finished',
      'chosen',
    ]);
    expect(cardsOf(speculativeRejection).at(-1)?.[3]).toMatchObject({
      rank: 1,
      share: 1,
      best: true,
    });
  });

  it('say that an answer was cut off where its lane ended without it', () => {
    const running = bestOfN.find(({ summary }) => summary.live.length > 0);
    if (running === undefined) throw new Error('Nothing was written');
    const states = (view: LaneView) => createCardValues()(view, null).map(({ state }) => state);
    expect(states(running)).toContain('writing');
    expect(states({ ...running, status: 'cancelled' })).toContain('cut-off');
    expect(states({ ...running, status: 'cancelled' })).not.toContain('writing');
  });
});

describe('the best answer', () => {
  it('is nobody before the first score', () => {
    const [first] = speculativeRejection;
    expect(first === undefined ? undefined : bestCandidate(first)).toBeNull();
  });

  it('is the chosen one at the end', () => {
    for (const views of [bestOfN, speculativeRejection]) {
      const [end] = views.slice(-1);
      expect(end === undefined ? undefined : bestCandidate(end)?.index).toBe(3);
    }
  });

  it('is never one that was stopped', () => {
    for (const view of speculativeRejection) {
      expect(bestCandidate(view)?.state).not.toBe('rejected');
    }
  });
});

import { describe, expect, it } from 'vitest';
import type { NewVote } from '../../../../src-main/contract/votes.ts';
import { saveVote } from '../../../../src-main/core/votes/save-vote.ts';
import type { Store } from '../../../../src-main/store/store.ts';
import { aRun } from '../../../helpers/stored-runs.ts';
import { temporaryStore } from '../../../helpers/temporary-store.ts';

/** A run with the lanes of both strategies. */
function storeRun(store: Store): string {
  const run = aRun({ status: 'done' });
  store.createRun(run);
  for (const [order, strategy] of (['best-of-n', 'speculative-rejection'] as const).entries()) {
    store.beginLane({ runId: run.id, strategy, order, candidates: 2 });
  }
  return run.id;
}

const given = (runId: string, changes: Partial<NewVote> = {}): NewVote => ({
  runId,
  left: 'speculative-rejection',
  right: 'best-of-n',
  choice: 'left',
  reasons: [],
  comment: '',
  blind: true,
  votedBeforeEnd: false,
  repeatOf: null,
  ...changes,
});

describe('a vote', () => {
  it('is stored with an id and its time', async () => {
    const store = await temporaryStore();
    const runId = storeRun(store);
    const now = new Date('2026-03-02T09:00:00.000Z');

    const vote = saveVote(store, given(runId, { reasons: ['clear', 'correct', 'clear'] }), now);

    expect(vote).toEqual({
      ...given(runId, { reasons: ['clear', 'correct'] }),
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      votedAt: '2026-03-02T09:00:00.000Z',
    });
    const repeated = given(runId, { repeatOf: vote.id, left: 'best-of-n', right: given('').left });
    const second = saveVote(store, repeated);
    expect(store.getListing(runId)?.votes).toEqual([vote, second]);
  });

  it('is refused where its run is not there, or was deleted', async () => {
    const store = await temporaryStore();
    const runId = storeRun(store);
    const gone = expect.objectContaining({ code: 'run-not-found' }) as Error;
    expect(() => saveVote(store, given('x'))).toThrowError(gone);
    store.endRun(runId, { status: 'done', endedAt: null, error: null });
    store.deleteRun(runId);
    expect(() => saveVote(store, given(runId))).toThrowError(gone);
  });

  it.each<Partial<NewVote>>([
    { left: 'greedy' },
    { right: 'single-sample' },
    { left: 'best-of-n', right: 'best-of-n' },
    { repeatOf: 'not-a-vote' },
  ])('is refused with %j, which the run does not have', async (changes) => {
    const store = await temporaryStore();
    const runId = storeRun(store);
    expect(() => saveVote(store, given(runId, changes))).toThrowError(
      expect.objectContaining({ code: 'setting-invalid' }) as Error,
    );
    expect(store.getListing(runId)?.votes).toEqual([]);
  });

  it('repeats none of another run', async () => {
    const store = await temporaryStore();
    const other = saveVote(store, given(storeRun(store)));
    expect(() => saveVote(store, given(storeRun(store), { repeatOf: other.id }))).toThrow(
      'is about another run',
    );
  });
});

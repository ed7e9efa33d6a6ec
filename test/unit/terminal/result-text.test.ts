import { expect, it } from 'vitest';
import type { LaneEvent } from '../../../src-main/contract/events.ts';
import { resultText } from '../../../src-main/terminal/result-text.ts';
import { aRun, rejectionEvents } from '../../helpers/stored-runs.ts';
import { temporaryStore } from '../../helpers/temporary-store.ts';

const nothingStopped: LaneEvent = {
  type: 'notice',
  at: 48,
  code: 'nothing-stopped',
  message: 'Nothing was stopped: the budget holds all.',
};

it('says of Speculative Rejection alone that nothing was stopped', async () => {
  const store = await temporaryStore();
  const run = aRun();
  store.createRun(run);
  const lane = store.beginLane({
    runId: run.id,
    strategy: 'speculative-rejection',
    order: 0,
    candidates: 4,
  });
  store.appendLaneEvents(lane, [...rejectionEvents, nothingStopped]);
  store.endLane(lane, 'done');
  store.endRun(run.id, { status: 'done', endedAt: run.startedAt, error: null });
  const details = store.getRun(run.id);
  expect(details && resultText(details, 100)).toContain(`Note: ${nothingStopped.message}`);
});

it('says what computed', async () => {
  const store = await temporaryStore();
  const run = aRun();
  store.createRun(run);
  const details = store.getRun(run.id);
  expect(details && resultText(details, 100)).toContain(
    'Computed on the processor, exact (32 bits).',
  );
});

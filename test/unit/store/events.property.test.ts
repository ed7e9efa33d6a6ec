import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noticeCodes, type LaneEvent } from '../../../src-main/contract/events.ts';
import { createEventCompactor } from '../../../src-main/domain/compact-events.ts';
import { summariseLane } from '../../../src-main/domain/lane-summary.ts';
import { aRun } from '../../helpers/stored-runs.ts';
import { temporaryStore } from '../../helpers/temporary-store.ts';

const count = fc.nat(9999);
const index = fc.nat(5);
const indexes = fc.uniqueArray(index, { maxLength: 6 });
// SQLite stores minus zero as zero.
const real = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const reward = fc.option(real);
const at = fc.double({ min: 0, max: 1e6, noNaN: true });
const text = fc.string({ unit: fc.constantFrom('a', ' ', '😀', '\ufffd', '\0', '\n', '"') });

const piece = fc.record({
  index,
  tokens: fc.array(fc.nat(50_000), { maxLength: 5 }),
  logProbabilities: fc.array(fc.double({ noNaN: true }), { maxLength: 5 }),
  text,
  finish: fc.constantFrom('stop' as const, 'length' as const, null),
});
const pieces = fc.uniqueArray(piece, { selector: (one) => one.index, maxLength: 6 });
const score = fc.record({ index, reward, cut: fc.boolean(), tokens: count });

/** Any events in any order, also such as no strategy makes. */
const event: fc.Arbitrary<LaneEvent> = fc.oneof(
  fc.record({
    type: fc.constant('prompt-read'),
    at,
    promptTokens: count,
    cacheBytes: count,
    peakCacheBytes: count,
  }),
  fc.record({ type: fc.constant('started'), at, candidates: indexes }),
  fc.record({
    ...{ type: fc.constant('advanced'), at, position: count, live: count },
    ...{ cacheBytes: count, peakCacheBytes: count, candidates: pieces },
  }),
  fc.record({
    ...{ type: fc.constant('scored'), at, position: count, scoreMs: at, scores: fc.array(score) },
    kind: fc.constantFrom('final', 'partial', 'observed'),
  }),
  fc.record({
    ...{ type: fc.constant('round'), at, position: count, live: count, cacheBytes: count },
    ...{ cutoff: reward, rejected: indexes },
  }),
  fc.record({
    type: fc.constant('notice'),
    at,
    code: fc.constantFrom(...noticeCodes),
    message: text,
  }),
  fc.record({ type: fc.constant('chosen'), at, index, reward: real }),
);

describe('events of a lane', () => {
  it('come back as they were appended, whatever they are, and however they were grouped', async () => {
    const store = await temporaryStore();
    const groups = fc.array(fc.array(event, { maxLength: 4 }), { maxLength: 6 });
    fc.assert(
      fc.property(groups, (appended) => {
        const run = aRun();
        store.createRun(run);
        const plan = { runId: run.id, strategy: 'best-of-n', order: 0, candidates: 4 } as const;
        const lane = store.beginLane(plan);
        for (const events of appended) store.appendLaneEvents(lane, events);
        const all = appended.flat();
        expect(store.eventsOf(lane)).toEqual(all);
        expect(store.getRecording(run.id)?.lanes[0]?.events).toEqual(
          all.map(createEventCompactor()),
        );

        const { tokensGenerated, tokensScored, chosen, wallMs } = summariseLane(all, 4);
        const stored = store.listRuns({ limit: 1 })[0]?.lanes[0];
        expect(stored).toMatchObject({ tokensGenerated, tokensScored, chosen, wallMs });
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});

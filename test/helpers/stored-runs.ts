/** Runs and lanes to store in tests: small, and with every kind of event. */
import { randomUUID } from 'node:crypto';
import type { AdvancedEvent, LaneEvent } from '../../src-main/contract/events.ts';
import type { RunRecord } from '../../src-main/contract/run.ts';
import type { Vote } from '../../src-main/contract/votes.ts';
import { newRunId } from '../../src-main/store/ids.ts';
import type { Store } from '../../src-main/store/store.ts';

export function aRun(changes: Partial<RunRecord> = {}): RunRecord {
  return {
    id: newRunId(),
    prompt: 'Why is the sky blue?',
    status: 'running',
    settings: {
      strategies: ['speculative-rejection'],
      candidates: 3,
      alpha: 0.5,
      memory: 'auto',
      maxTokens: 8,
      sampling: { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 },
      seed: 1,
      hold: 'candidates',
      observe: false,
      generator: 'models/tiny.gguf',
      reward: 'models/tiny-reward',
      judge: null,
      device: 'auto',
      form: 'auto',
    },
    startedAt: '2026-03-01T15:42:07.123Z',
    endedAt: null,
    generator: {
      path: 'models/tiny.gguf',
      name: 'Tiny',
      architecture: 'llama',
      licence: 'Apache-2.0',
      contentHash: 'ab12',
      sizeBytes: 1000,
      quantisation: 'Q4_1',
      contextLength: 128,
      vocabularySize: 64,
      form: 'fp32',
      device: 'cpu',
      cache: { bytesPerToken: 128, blockTokens: 4, runTokens: 4, chunkTokens: 4, layers: 2 },
    },
    reward: {
      kind: 'model',
      path: 'models/tiny-reward',
      name: 'Tiny reward',
      contentHash: 'cd34',
      device: 'cpu',
      windowTokens: 512,
    },
    judge: null,
    budgetBytes: 4096,
    appVersion: '0.1.0',
    cpu: 'Test processor, 2 cores',
    error: null,
    ...changes,
  };
}

type Piece = AdvancedEvent['candidates'][number];

export function piece(
  index: number,
  tokens: number[],
  text: string,
  more: Partial<Piece> = {},
): Piece {
  return { index, tokens, logProbabilities: tokens.map(() => -0.1), text, finish: null, ...more };
}

export function advanced(at: number, position: number, candidates: Piece[]): AdvancedEvent {
  const live = candidates.filter(({ finish }) => finish === null).length;
  const cacheBytes = live * position * 128;
  const peakCacheBytes = candidates.length * position * 128;
  return { type: 'advanced', at, position, live, cacheBytes, peakCacheBytes, candidates };
}

/**
 * A lane of Speculative Rejection: candidate 0 ends and is chosen, 1 is stopped at 4 tokens, 2 cannot be scored and ends
 * at the length limit, 3 never starts. In 0's text a token ends in the middle of a character. The second opinion prefers 2.
 */
export const rejectionEvents: LaneEvent[] = [
  { type: 'prompt-read', at: 10.5, promptTokens: 7, cacheBytes: 896, peakCacheBytes: 1920 },
  { type: 'notice', at: 10.5, code: 'fewer-started', message: '3 of 4 fit.' },
  { type: 'started', at: 11, candidates: [0, 1, 2] },
  advanced(20, 4, [
    piece(0, [1, 2, 3, 4], 'Light �'),
    piece(1, [5, 6, 7, 8], '- Because'),
    piece(2, [9, 9, 9, 9], '=1+2\nfoo'),
  ]),
  {
    type: 'scored',
    at: 25,
    position: 4,
    kind: 'partial',
    scoreMs: 4.5,
    scores: [
      { index: 0, reward: 0.25, cut: false, tokens: 11 },
      { index: 1, reward: -1.5, cut: false, tokens: 12 },
      { index: 2, reward: null, cut: true, tokens: 13 },
    ],
  },
  { type: 'round', at: 26, position: 4, live: 3, cacheBytes: 1536, cutoff: 0.25, rejected: [1] },
  advanced(40, 8, [
    piece(0, [10, 11, 0], 'Light 😀!', { finish: 'stop' }),
    piece(2, [9, 9, 9, 9], '=1+2\nfoo, "bar"', { finish: 'length' }),
  ]),
  {
    type: 'scored',
    at: 46,
    position: 8,
    kind: 'final',
    scoreMs: 5,
    scores: [
      { index: 2, reward: null, cut: false, tokens: 20 },
      { index: 0, reward: 0.75, cut: false, tokens: 14 },
    ],
  },
  { type: 'chosen', at: 47, index: 0, reward: 0.75 },
  {
    type: 'scored',
    at: 60,
    position: 2,
    kind: 'observed',
    scoreMs: 9,
    scores: [{ index: 2, reward: -0.5, cut: false, tokens: 9 }],
  },
  {
    type: 'judged',
    at: 75,
    judgeMs: 3,
    scores: [
      { index: 0, reward: -1.25, cut: false, tokens: 15 },
      { index: 2, reward: 0.5, cut: true, tokens: 32 },
    ],
  },
];

/** Stores a whole run with the lane above, ended, and returns its id. */
export function storeFinishedRun(store: Store, changes: Partial<RunRecord> = {}): string {
  const run = aRun(changes);
  store.createRun(run);
  const lane = {
    runId: run.id,
    strategy: 'speculative-rejection',
    order: 0,
    candidates: 4,
  } as const;
  const laneId = store.beginLane(lane);
  for (const event of rejectionEvents) store.appendLaneEvents(laneId, [event]);
  store.endLane(laneId, 'done');
  store.endRun(run.id, { status: 'done', endedAt: '2026-03-01T15:42:08.000Z', error: null });
  return run.id;
}

export function aVote(changes: Partial<Vote> & Pick<Vote, 'runId'>): Vote {
  return {
    id: randomUUID(),
    votedAt: '2026-03-02T09:00:00.000Z',
    left: 'best-of-n',
    right: 'speculative-rejection',
    choice: 'left',
    reasons: [],
    comment: '',
    blind: true,
    votedBeforeEnd: false,
    repeatOf: null,
    ...changes,
  };
}

/** The same run with a vote against its lane. */
export function storeVotedRun(store: Store, changes: Partial<RunRecord> = {}): string {
  const runId = storeFinishedRun(store, changes);
  store.addVote(aVote({ runId }));
  return runId;
}

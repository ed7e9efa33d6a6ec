/**
 * What a lane's events add up to: the one fold that the store, the command line, the exports and the views share, live
 * or afterwards.
 */
import type {
  AdvancedEvent,
  LaneEvent,
  NoticeEvent,
  RoundEvent,
  ScoredEvent,
} from '../contract/events.ts';
import type { CompactLaneEvent } from '../contract/recording.ts';
import type { CandidateRecord, LaneTimes } from '../contract/run.ts';
import { isScored, rankByReward } from './ranking.ts';
import { ranksByJudge } from './second-opinion.ts';

/** A reward of an unfinished text. */
export interface PartialReward {
  /** Answer tokens that were scored. */
  position: number;
  reward: number | null;
  at: number;
  /** Made after the lane's clock had stopped: it counts nowhere. */
  observed: boolean;
}

/**
 * A candidate as the events leave it. One that was started and has not ended is `interrupted`: what it truly is if
 * nothing more happens; the summary's `live` says whether it is still being written.
 */
export interface CandidateSummary extends CandidateRecord {
  partialRewards: PartialReward[];
  /** Place among the lane's final rewards, 1 for the best; null where it has none. */
  rank: number | null;
  /** Place among the lane's second opinions, 1 for the best; null where it has none. */
  judgeRank: number | null;
  /** Tokens that were written and lost when memory ran out and the answer had to start again. */
  tokensLost: number;
}

export interface LaneSummary {
  promptTokens: number;
  /** Answer tokens of every live row. */
  position: number;
  /** Candidates that are being written, lowest index first. */
  live: number[];
  candidates: CandidateSummary[];
  chosen: { index: number; reward: number } | null;
  rounds: RoundEvent[];
  notices: NoticeEvent[];
  tokensGenerated: number;
  /** Of those, the tokens of candidates that did not compete: stopped early, started again, or cut off by the limit. */
  tokensThrownAway: number;
  /** Tokens given to the reward model on the lane's clock, each time. */
  tokensScored: number;
  wallMs: number;
  timeMs: LaneTimes;
  timeFirstTokenMs: number | null;
  peakCacheBytes: number;
}

/** Adds events one by one; for views of a lane that is still running. */
export interface LaneFold {
  add(event: LaneEvent): void;
  /** What has happened so far. The lists inside are the fold's own: read them, do not change them. */
  summary(): LaneSummary;
}

/**
 * Summarises a lane.
 * @param planned how many candidates the lane was asked for; those never started are `not-started`
 */
export function summariseLane(events: Iterable<LaneEvent>, planned: number): LaneSummary {
  const fold = createLaneFold(planned);
  for (const event of events) fold.add(event);
  return fold.summary();
}

/** @param planned how many candidates the lane was asked for */
export function createLaneFold(planned: number): LaneFold {
  const candidates = new Map<number, CandidateSummary>();
  for (let index = 0; index < planned; index += 1) candidates.set(index, notStarted(index));
  const lane = emptyLane();
  return {
    add(event) {
      addEvent(lane, candidates, event);
    },
    summary: () => finishSummary(lane, [...candidates.values()]),
  };
}

/** Which place a candidate of one lane has in another lane's ranking, such as Best-of-N's, which finished all. */
export function rankIn(reference: LaneSummary, index: number): number | null {
  return reference.candidates.find((candidate) => candidate.index === index)?.rank ?? null;
}

function notStarted(index: number): CandidateSummary {
  return {
    index,
    state: 'not-started',
    finish: null,
    tokens: [],
    text: '',
    reward: null,
    judgeReward: null,
    rejectedAt: null,
    endedAtMs: null,
    partialRewards: [],
    rank: null,
    judgeRank: null,
    tokensLost: 0,
  };
}

function emptyLane(): LaneSummary {
  return {
    promptTokens: 0,
    position: 0,
    live: [],
    candidates: [],
    chosen: null,
    rounds: [],
    notices: [],
    tokensGenerated: 0,
    tokensThrownAway: 0,
    tokensScored: 0,
    wallMs: 0,
    timeMs: { prompt: 0, write: 0, score: 0, wait: 0 },
    timeFirstTokenMs: null,
    peakCacheBytes: 0,
  };
}

type Candidates = Map<number, CandidateSummary>;

function addEvent(lane: LaneSummary, candidates: Candidates, event: LaneEvent): void {
  switch (event.type) {
    case 'prompt-read':
      lane.promptTokens = event.promptTokens;
      lane.timeMs.prompt += event.at - lane.wallMs;
      lane.peakCacheBytes = Math.max(lane.peakCacheBytes, event.peakCacheBytes);
      break;
    case 'started':
      lane.position = 0;
      lane.live = [...event.candidates];
      for (const index of event.candidates) begin(candidates, index);
      break;
    case 'advanced':
      addTokens(lane, candidates, event);
      break;
    case 'scored':
      addScores(lane, candidates, event);
      break;
    case 'round':
      addRound(lane, candidates, event);
      break;
    case 'notice':
      lane.notices.push(event);
      break;
    case 'chosen':
      lane.chosen = { index: event.index, reward: event.reward };
      candidateOf(candidates, event.index).state = 'chosen';
      break;
    case 'judged':
      for (const { index, reward } of event.scores) {
        candidateOf(candidates, index).judgeReward = reward;
      }
      break;
  }
  if (isOnTheClock(event)) lane.wallMs = event.at;
}

/** What is scored only to be looked at is scored after the lane's clock has stopped, and counts nowhere. */
export const isOnTheClock = (event: LaneEvent | CompactLaneEvent): boolean =>
  event.type !== 'judged' && (event.type !== 'scored' || event.kind !== 'observed');

function candidateOf(candidates: Candidates, index: number): CandidateSummary {
  const candidate = candidates.get(index) ?? notStarted(index);
  candidates.set(index, candidate);
  return candidate;
}

/** A candidate begins, or begins again: then what it had is lost. */
function begin(candidates: Candidates, index: number): void {
  const before = candidateOf(candidates, index);
  const tokensLost = before.tokensLost + before.tokens.length;
  candidates.set(index, { ...notStarted(index), state: 'interrupted', tokensLost });
}

function addTokens(lane: LaneSummary, candidates: Candidates, event: AdvancedEvent): void {
  lane.position = event.position;
  // Rows are in lockstep: every row that is alive has new tokens.
  lane.live = event.candidates.filter(({ finish }) => finish === null).map(({ index }) => index);
  lane.timeMs.write += event.at - lane.wallMs;
  lane.timeFirstTokenMs ??= event.at;
  lane.peakCacheBytes = Math.max(lane.peakCacheBytes, event.peakCacheBytes);
  for (const { index, tokens, text, finish } of event.candidates) {
    const candidate = candidateOf(candidates, index);
    candidate.tokens.push(...tokens);
    candidate.text = text;
    lane.tokensGenerated += tokens.length;
    if (finish === null) continue;
    candidate.state = 'finished';
    candidate.finish = finish;
    candidate.endedAtMs = event.at;
  }
}

function addScores(lane: LaneSummary, candidates: Candidates, event: ScoredEvent): void {
  const { kind, position, at } = event;
  const observed = kind === 'observed';
  if (!observed) lane.timeMs.score += event.scoreMs;
  for (const { index, reward, tokens } of event.scores) {
    const candidate = candidateOf(candidates, index);
    if (!observed) lane.tokensScored += tokens;
    if (kind === 'final') candidate.reward = reward;
    else candidate.partialRewards.push({ position, reward, at, observed });
  }
}

function addRound(lane: LaneSummary, candidates: Candidates, event: RoundEvent): void {
  lane.rounds.push(event);
  lane.peakCacheBytes = Math.max(lane.peakCacheBytes, event.cacheBytes);
  for (const index of event.rejected) {
    const candidate = candidateOf(candidates, index);
    candidate.state = 'rejected';
    candidate.finish = 'rejected';
    candidate.reward = candidate.partialRewards.at(-1)?.reward ?? null;
    candidate.rejectedAt = event.position;
    candidate.endedAtMs = event.at;
  }
  const rejected = new Set(event.rejected);
  lane.live = lane.live.filter((index) => !rejected.has(index));
}

function finishSummary(lane: LaneSummary, inAnyOrder: CandidateSummary[]): LaneSummary {
  const { prompt, write, score } = lane.timeMs;
  const wait = Math.max(0, lane.wallMs - prompt - write - score);
  const finished = inAnyOrder.filter(({ state }) => state === 'finished' || state === 'chosen');
  const ranked = rankByReward(finished.filter(({ reward }) => isScored(reward)));
  const ranks = new Map(ranked.map(({ index }, place) => [index, place + 1]));
  const judgeRanks = ranksByJudge(inAnyOrder);
  const candidates = inAnyOrder
    .map((candidate) => ({
      ...candidate,
      rank: ranks.get(candidate.index) ?? null,
      judgeRank: judgeRanks.get(candidate.index) ?? null,
    }))
    .sort((a, b) => a.index - b.index);
  return {
    ...lane,
    candidates,
    live: lane.chosen === null ? lane.live : [],
    timeMs: { ...lane.timeMs, wait },
    tokensThrownAway: candidates.reduce(
      (sum, candidate) => sum + thrownAway(candidate, lane.chosen !== null),
      0,
    ),
  };
}

function thrownAway(candidate: CandidateSummary, laneIsOver: boolean): number {
  const { state, tokens, tokensLost } = candidate;
  const isWasted = state === 'rejected' || (state === 'interrupted' && laneIsOver);
  return tokensLost + (isWasted ? tokens.length : 0);
}

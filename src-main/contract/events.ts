/**
 * What happened in a run, as data. A lane is a sequence of these events; the store keeps them, and every view, chart and
 * export is a fold over them. Times (`at`) are milliseconds since the lane began, on the lane's own clock.
 */
import type { ScoredCandidate } from './engine.ts';

/** The prompt was read; its cache is shared by all candidates. */
export interface PromptReadEvent {
  type: 'prompt-read';
  at: number;
  promptTokens: number;
  cacheBytes: number;
  /** The most cache bytes held at once while it was read. */
  peakCacheBytes: number;
}

/** A wave of candidates began at the answer's start. */
export interface StartedEvent {
  type: 'started';
  at: number;
  candidates: number[];
}

/** Every live row has a few more tokens. */
export interface AdvancedEvent {
  type: 'advanced';
  at: number;
  /** Answer tokens of every live row after this. */
  position: number;
  /** Rows that still go on after this. */
  live: number;
  cacheBytes: number;
  peakCacheBytes: number;
  candidates: {
    index: number;
    /** Only the new tokens. */
    tokens: number[];
    logProbabilities: number[];
    /** The whole answer so far. */
    text: string;
    finish: 'stop' | 'length' | null;
  }[];
}

/** Texts were scored. */
export interface ScoredEvent {
  type: 'scored';
  at: number;
  position: number;
  scores: ScoredCandidate[];
  /** final: of whole answers; partial: of unfinished ones, for a decision; observed: of unfinished ones, off the clock. */
  kind: 'final' | 'partial' | 'observed';
  /** How long the scoring took, in milliseconds. */
  scoreMs: number;
}

/** The second opinion on some finished answers, after the choice and off the clock: it changes nothing. */
export interface JudgedEvent {
  type: 'judged';
  /** When the lane's clock stopped. */
  at: number;
  scores: ScoredCandidate[];
  /** How long the judging took, in milliseconds. */
  judgeMs: number;
}

/** A decision: some live rows were stopped. */
export interface RoundEvent {
  type: 'round';
  at: number;
  position: number;
  /** Live rows before the decision. */
  live: number;
  cacheBytes: number;
  /** Reward of the last one kept; null where none of those kept could be scored. */
  cutoff: number | null;
  rejected: number[];
}

/** Something that a person should know: fewer started, memory halved, stopped by hand. */
export interface NoticeEvent {
  type: 'notice';
  at: number;
  code: NoticeCode;
  message: string;
}

export const noticeCodes = [
  'fewer-started',
  'nothing-stopped',
  'rows-halved',
  'reward-window',
  'tokens-lost',
  'limit-reached',
  'answers-shortened',
  'candidates-from-memory',
  'judge-failed',
  'judge-window',
  'device',
  'precision',
] as const;
export type NoticeCode = (typeof noticeCodes)[number];

/** The lane is over: this is its answer. */
export interface ChosenEvent {
  type: 'chosen';
  at: number;
  index: number;
  reward: number;
}

export type LaneEvent =
  | PromptReadEvent
  | StartedEvent
  | AdvancedEvent
  | ScoredEvent
  | RoundEvent
  | NoticeEvent
  | ChosenEvent
  | JudgedEvent;

export const runStatuses = ['running', 'done', 'cancelled', 'interrupted', 'failed'] as const;
export type RunStatus = (typeof runStatuses)[number];

export const candidateStates = [
  'chosen',
  'finished',
  'rejected',
  'not-started',
  'interrupted',
] as const;
export type CandidateState = (typeof candidateStates)[number];

export const strategyNames = [
  'greedy',
  'single-sample',
  'best-of-n',
  'speculative-rejection',
] as const;
export type StrategyName = (typeof strategyNames)[number];

export const holds = ['candidates', 'memory', 'tokens', 'time'] as const;
/** What is held equal between the lanes of a run (paper.md). */
export type Hold = (typeof holds)[number];

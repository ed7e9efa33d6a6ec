/**
 * What a strategy is: a name, its parameters, and a run on four verbs (start, advance, keep, score). It knows no
 * tensors, no database and no windows, and it has no clock of its own.
 */
import type { SamplingSettings, ScoreRequest } from '../../contract/engine.ts';
import { WinnowError } from '../../contract/errors.ts';
import type {
  ChosenEvent,
  NoticeEvent,
  RoundEvent,
  ScoredEvent,
  StrategyName,
} from '../../contract/events.ts';
import type { CacheBudget } from '../budget.ts';
import type { Rewards } from '../ranking.ts';

/** What one call of `advance` did. */
export interface LaneAdvance {
  /** Answer tokens that every live row has now. */
  position: number;
  /** Rows that can go on, lowest index first. */
  live: number[];
  /** Answers that ended during this call, and how many tokens each has, its end token included. */
  ended: { index: number; length: number }[];
  /** Tokens written by all rows during this call. */
  tokensWritten: number;
  cacheBytes: number;
  /** Memory ran out before all tokens were written: rows have to go before it can go on. */
  outOfMemory: boolean;
}

/** What a strategy reports; the lane adds the time. */
export type StrategyReport =
  Omit<RoundEvent, 'at'> | Omit<NoticeEvent, 'at'> | Omit<ChosenEvent, 'at'>;

/**
 * One lane, as a strategy sees it. The lane emits `prompt-read`, `started`, `advanced` and `scored` itself, as the verbs
 * do their work; the strategy reports `round`, `notice` and `chosen`. The lane's clock stops at `chosen`.
 * Every verb throws `cancelled` when the person has stopped the run; a strategy lets that through.
 */
export interface StrategyLane {
  readonly promptTokens: number;
  /** Begins these candidates at the answer's start; rows of an earlier wave are dropped. */
  start(candidates: number[]): Promise<void>;
  /** Writes up to `tokens` more tokens for every live row; returns early when all have ended or memory ran out. */
  advance(tokens: number): Promise<LaneAdvance>;
  /** Drops all live rows but these. */
  keep(candidates: number[]): Promise<void>;
  /** Rewards of whole texts, or of their first tokens where a request says so. */
  score(requests: ScoreRequest[], kind: ScoredEvent['kind']): Promise<Rewards>;
  /** Milliseconds of the lane's clock. */
  now(): number;
  report(event: StrategyReport): void;
}

export interface StrategySettings extends CacheBudget {
  candidates: number;
  /** Share stopped at each decision. */
  alpha: number;
  /** Score unfinished texts too, off the clock, where the strategy itself does not need them. */
  observe: boolean;
  /** Start no more answers once this many tokens are written, or stop writing when the clock shows this time. */
  stopAfter?: { tokens?: number; ms?: number };
}

/** The lane's answer. */
export interface LaneOutcome {
  index: number;
  reward: number;
}

/**
 * One setting of a strategy. Its range is checked before a lane runs; label, help, step and default are for the window's
 * forms. (The command line's options are written out in terminal/help.ts.)
 */
export type StrategyParameter =
  | {
      key: 'candidates' | 'alpha';
      kind: 'integer' | 'number';
      label: string;
      help: string;
      min: number;
      max: number;
      step: number;
      default: number;
    }
  | { key: 'observe'; kind: 'flag'; label: string; help: string; default: boolean };

export interface Strategy {
  name: StrategyName;
  /** In the user's words; with `help`, for the window's forms. */
  label: string;
  help: string;
  /** The field's term for it, in every table and sentence. */
  term: string;
  parameters: StrategyParameter[];
  /** How this strategy draws its tokens, given the run's settings. */
  sampling: (settings: SamplingSettings) => SamplingSettings;
  /** Throws setting-invalid, budget-too-small (before anything runs), no-reward, out-of-memory, cancelled. */
  run: (lane: StrategyLane, settings: StrategySettings) => Promise<LaneOutcome>;
}

/** Throws setting-invalid where a value lies outside its parameter's range. */
export function checkSettings(parameters: StrategyParameter[], settings: StrategySettings): void {
  for (const parameter of parameters) {
    if (parameter.kind === 'flag') continue;
    const { key, kind, min, max } = parameter;
    const value = settings[key];
    const valid = kind === 'integer' ? Number.isInteger(value) : Number.isFinite(value);
    if (valid && value >= min && value <= max) continue;
    throw new WinnowError(
      'setting-invalid',
      `"${key}" cannot be ${String(value)}.`,
      `Choose ${kind === 'integer' ? 'a whole number' : 'a number'} from ${min} to ${max}.`,
      { setting: key, value, min, max },
    );
  }
}

/**
 * A strategy's lane over an engine: calls the engine's verbs, emits what happened as events with the lane's time, and
 * turns running out of memory into something that a strategy can act on. The engine, the clock and the place where
 * events go are given; nothing else happens here.
 */
import type { Advanced, AdvancedCandidate, Engine, ScoreRequest } from '../../contract/engine.ts';
import { WinnowError } from '../../contract/errors.ts';
import type { LaneEvent, ScoredEvent } from '../../contract/events.ts';
import type { CacheCost } from '../cache-cost.ts';
import type { Rewards } from '../ranking.ts';
import type { LaneAdvance, StrategyLane, StrategyReport } from './strategy.ts';

export type LaneVerbs = Pick<Engine, 'start' | 'advance' | 'keep' | 'score'>;

export interface LaneOptions {
  /** The engine, after `beginLane`. */
  verbs: LaneVerbs;
  /** What `beginLane` returned. */
  promptTokens: number;
  promptCacheBytes: number;
  promptPeakCacheBytes: number;
  /** What the cache takes; see `takeOver`. */
  cost: CacheCost;
  /** Milliseconds since the lane began (before its prefill). */
  now: () => number;
  emit: (event: LaneEvent) => void;
}

/** Makes the lane and emits `prompt-read`. Its clock stops at `chosen`. */
export function createLane(options: LaneOptions): StrategyLane {
  const lane = new EngineLane(options);
  options.emit({
    type: 'prompt-read',
    at: options.now(),
    promptTokens: options.promptTokens,
    cacheBytes: options.promptCacheBytes,
    peakCacheBytes: options.promptPeakCacheBytes,
  });
  return lane;
}

/** What one call of `advance` has told so far. */
interface Call {
  /** Rows and answer tokens when it began. */
  rows: number;
  from: number;
  /** New tokens per candidate. */
  written: Map<number, number>;
  ended: LaneAdvance['ended'];
}

class EngineLane implements StrategyLane {
  readonly promptTokens: number;
  private readonly options: LaneOptions;
  private stoppedAt: number | null = null;
  private position = 0;
  private live: number[] = [];
  private cacheBytes: number;
  /** Tokens of every answer that was started, as emitted. */
  private lengths = new Map<number, number>();

  constructor(options: LaneOptions) {
    this.options = options;
    this.promptTokens = options.promptTokens;
    this.cacheBytes = options.promptCacheBytes;
  }

  now(): number {
    return this.stoppedAt ?? this.options.now();
  }

  async start(candidates: number[]): Promise<void> {
    await this.options.verbs.start(candidates);
    this.position = 0;
    this.live = [...candidates];
    for (const index of candidates) this.lengths.set(index, 0);
    this.options.emit({ type: 'started', at: this.now(), candidates: [...candidates] });
  }

  async advance(tokens: number): Promise<LaneAdvance> {
    const call: Call = {
      rows: this.live.length,
      from: this.position,
      written: new Map(),
      ended: [],
    };
    const outOfMemory = await this.advanceEngine(tokens, call);
    const tokensWritten = [...call.written.values()].reduce((sum, count) => sum + count, 0);
    if (tokensWritten === 0 && !outOfMemory) {
      throw new WinnowError(
        'engine-failed',
        'The model stopped writing before its answers were finished.',
        'Try again. If it happens again, please report it.',
        { position: this.position, live: this.live.length },
      );
    }
    const { position, live, cacheBytes } = this;
    return {
      position,
      live: [...live],
      ended: call.ended,
      tokensWritten,
      cacheBytes,
      outOfMemory,
    };
  }

  async keep(candidates: number[]): Promise<void> {
    await this.options.verbs.keep(candidates);
    this.live = [...candidates];
  }

  async score(requests: ScoreRequest[], kind: ScoredEvent['kind']): Promise<Rewards> {
    if (requests.length === 0) return new Map();
    const { scores, scoreMs } = await this.options.verbs.score(requests);
    const position = requests[0]?.tokens ?? this.position;
    this.options.emit({ type: 'scored', at: this.now(), position, scores, kind, scoreMs });
    return new Map(scores.map(({ index, reward }) => [index, reward]));
  }

  report(event: StrategyReport): void {
    const at = this.now();
    if (event.type === 'chosen') this.stoppedAt = at;
    this.options.emit({ ...event, at });
  }

  /** Returns whether memory ran out; what was written until then has been taken over. */
  private async advanceEngine(tokens: number, call: Call): Promise<boolean> {
    try {
      const result = await this.options.verbs.advance(tokens, (progress) => {
        this.takeOver(progress, progress.candidates, call);
      });
      // A result repeats the tokens of its call's progress: only what was not told yet is new.
      const rest = result.candidates.map((candidate) => {
        const told = call.written.get(candidate.index) ?? 0;
        return {
          ...candidate,
          tokens: candidate.tokens.slice(told),
          logProbabilities: candidate.logProbabilities.slice(told),
        };
      });
      this.takeOver(
        result,
        rest.filter(({ tokens: untold }) => untold.length > 0),
        call,
      );
      return false;
    } catch (error) {
      if (error instanceof WinnowError && error.code === 'out-of-memory') return true;
      throw error;
    }
  }

  /**
   * Remembers where the lane is now, and emits the new tokens. How much the engine holds at each moment depends on how
   * many tokens it writes at once, which it chooses by measured time; so that the same run always tells the same peak, it
   * is what the cost foretells for this call so far, which is never less than what is held.
   */
  private takeOver(advanced: Advanced, candidates: AdvancedCandidate[], call: Call): void {
    const { position, live, cacheBytes } = advanced;
    const foretold = this.options.cost.whileAdvancing(call.rows, call.from, position - call.from);
    this.position = position;
    this.live = [...live];
    this.cacheBytes = cacheBytes;
    if (candidates.length === 0) return;
    for (const { index, tokens, finish } of candidates) {
      call.written.set(index, (call.written.get(index) ?? 0) + tokens.length);
      const length = (this.lengths.get(index) ?? 0) + tokens.length;
      this.lengths.set(index, length);
      if (finish !== null) call.ended.push({ index, length });
    }
    const at = this.now();
    this.options.emit({
      type: 'advanced',
      at,
      position,
      live: live.length,
      cacheBytes,
      peakCacheBytes: Math.max(foretold, advanced.peakCacheBytes),
      candidates,
    });
  }
}

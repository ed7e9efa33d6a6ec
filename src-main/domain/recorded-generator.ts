/** A generator that writes recorded answers again, with the verbs of the engine and its bytes of cache. */
import type {
  AdvanceProgress,
  Advanced,
  AdvancedCandidate,
  Scored,
  ScoreRequest,
} from '../contract/engine.ts';
import type { CacheCost } from './cache-cost.ts';
import type { LaneVerbs } from './strategies/lane.ts';

/** A complete answer, as Best-of-N recorded it. */
export interface RecordedCandidate {
  index: number;
  /** Token ids, the end token included. */
  tokens: number[];
  finish: 'stop' | 'length';
  /** The text of the first `tokens` tokens; empty texts where it is not given. */
  textOf?: (tokens: number) => string;
}

/** The reward of the first `tokens` tokens of a recorded answer, and how many tokens the reward model read for it. */
export type RecordedScorer = (
  index: number,
  tokens: number,
) => Promise<{ reward: number | null; tokens: number; cut?: boolean }>;

/** Progress is told after so many tokens, as an engine tells it after every run of its graph. */
const defaultTokensPerRun = 32;

export class RecordedGenerator implements LaneVerbs {
  private readonly recorded: Map<number, RecordedCandidate>;
  private readonly scorer: RecordedScorer;
  private readonly cost: CacheCost;
  private readonly tokensPerRun: number;
  private readonly written = new Map<number, number>();
  protected live: number[] = [];
  protected position = 0;

  constructor(
    candidates: RecordedCandidate[],
    scorer: RecordedScorer,
    cost: CacheCost,
    tokensPerRun = defaultTokensPerRun,
  ) {
    this.recorded = new Map(candidates.map((candidate) => [candidate.index, candidate]));
    this.scorer = scorer;
    this.cost = cost;
    this.tokensPerRun = tokensPerRun;
  }

  start(candidates: number[]): Promise<void> {
    this.position = 0;
    this.live = [...candidates];
    for (const index of candidates) this.written.set(index, 0);
    return Promise.resolve();
  }

  async advance(
    tokens: number,
    onProgress?: (progress: AdvanceProgress) => void,
  ): Promise<Advanced> {
    const end = this.position + tokens;
    const pieces = new Map<number, AdvancedCandidate>();
    let peakCacheBytes = 0;
    while (this.live.length > 0 && this.position < end) {
      const progress = await this.runOnce(Math.min(this.tokensPerRun, end - this.position));
      for (const piece of progress.candidates) {
        const before = pieces.get(piece.index)?.tokens ?? [];
        pieces.set(piece.index, { ...piece, tokens: [...before, ...piece.tokens] });
      }
      peakCacheBytes = Math.max(peakCacheBytes, progress.peakCacheBytes);
      onProgress?.(progress);
    }
    return { ...this.state([...pieces.values()]), peakCacheBytes };
  }

  keep(candidates: number[]): Promise<void> {
    this.live = [...candidates];
    return Promise.resolve();
  }

  async score(requests: ScoreRequest[]): Promise<Scored> {
    const scores = await Promise.all(
      requests.map(async ({ index, tokens }) => {
        const length = tokens ?? this.written.get(index) ?? 0;
        const scored = await this.scorer(index, length);
        return { index, reward: scored.reward, cut: scored.cut ?? false, tokens: scored.tokens };
      }),
    );
    return { scores, scoreMs: 0 };
  }

  /** One run of the graph over all live rows; rows that end are dropped after it. */
  protected runOnce(tokens: number): Promise<Advanced> {
    const peakCacheBytes = this.cost.whileAdvancing(this.live.length, this.position, tokens);
    const from = this.position;
    const candidates = this.live.map((index) => this.write(index, from, from + tokens));
    this.position = Math.max(from, ...candidates.map((piece) => from + piece.tokens.length));
    this.live = candidates.filter(({ finish }) => finish === null).map(({ index }) => index);
    return Promise.resolve({ ...this.state(candidates), peakCacheBytes });
  }

  private write(index: number, from: number, to: number): AdvancedCandidate {
    const candidate = this.recorded.get(index);
    if (candidate === undefined) throw new RangeError(`No answer ${index} was recorded.`);
    const tokens = candidate.tokens.slice(from, to);
    const length = from + tokens.length;
    this.written.set(index, length);
    const finish = length >= candidate.tokens.length ? candidate.finish : null;
    return { index, tokens, logProbabilities: [], text: candidate.textOf?.(length) ?? '', finish };
  }

  private state(candidates: AdvancedCandidate[]): Advanced {
    const { position, live } = this;
    const cacheBytes = this.cost.whileAdvancing(live.length, position, 0);
    const peakCacheBytes = cacheBytes;
    return { position, candidates, live: [...live], cacheBytes, peakCacheBytes, writeMs: 0 };
  }
}

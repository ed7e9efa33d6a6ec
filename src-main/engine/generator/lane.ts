/** One lane: a prompt that was read once, and candidates that are written from it in lockstep. */
import type {
  Advanced,
  AdvancedCandidate,
  BeginLaneRequest,
  GeneratorFacts,
  LaneBegun,
} from '../../contract/engine.ts';
import { cancelled, WinnowError } from '../../contract/errors.ts';
import { answerRoom } from '../../domain/answer-room.ts';
import { uniformNumber } from '../../domain/random.ts';
import { isOutOfMemory, outOfMemory } from '../onnxruntime.ts';
import { otherMessages } from '../other-messages.ts';
import type { GeneratorTokenizer } from '../tokenizer/generator-tokenizer.ts';
import type { Decoder, DecoderLane, StepsWritten } from './decoder.ts';
import type { RunSizing } from './run-sizing.ts';

/** What a lane needs of its generator. */
export interface LaneParts {
  facts: GeneratorFacts;
  decoder: Decoder;
  tokenizer: GeneratorTokenizer;
  sizing: RunSizing;
}

export interface AdvanceOptions {
  /** Told after every run of the graph; the tokens are those of that run. */
  onProgress?: (progress: Advanced) => void;
  /** Asked between runs of the graph. */
  shouldStop?: () => boolean;
}

/** The verbs of contract/engine.ts, and the answers so far of all candidates, the dropped and finished ones too. */
export interface GeneratorLane {
  begun: Omit<LaneBegun, 'rewardRoom'>;
  promptIds: number[];
  start(candidates: number[]): Promise<void>;
  advance(tokens: number, options?: AdvanceOptions): Promise<Advanced>;
  keep(candidates: number[]): Promise<void>;
  /** The answer's text, or that of its first tokens. */
  textOf(candidate: number, tokens?: number): string;
  tokensOf(candidate: number): number[];
  logProbabilitiesOf(candidate: number): number[];
  end(): Promise<void>;
}

interface Candidate {
  index: number;
  tokens: number[];
  logProbabilities: number[];
  finish: AdvancedCandidate['finish'];
}

function isLive({ finish }: Candidate): boolean {
  return finish === null;
}

/** Reads a prompt in chunks, asking between them whether to stop. */
export async function beginLane(
  parts: LaneParts,
  request: BeginLaneRequest,
  shouldStop: () => boolean,
): Promise<GeneratorLane> {
  const began = performance.now();
  const { facts, decoder, tokenizer } = parts;
  const promptIds = await tokenizer.encodePrompt(request.prompt);
  const mostTokens = answerRoom(promptIds.length, facts.contextLength, request.maxTokens);
  // The last token of the prompt is the first one that every candidate reads itself.
  const end = promptIds.length - 1;
  const { chunkTokens } = decoder.geometry;
  const lane = await guardMemory(() => decoder.begin(end));
  try {
    let peak = 0;
    for (let at = 0; at < end; at += chunkTokens) {
      if (shouldStop()) throw cancelled();
      const ids = promptIds.slice(at, Math.min(at + chunkTokens, end));
      peak = Math.max(peak, await guardMemory(() => lane.readChunk(ids)));
      await otherMessages();
    }
    return new Lane(parts, { request, promptIds, lane, mostTokens, began, peak });
  } catch (error) {
    await lane.end();
    throw error;
  }
}

class Lane implements GeneratorLane {
  readonly begun: GeneratorLane['begun'];
  readonly promptIds: number[];
  readonly #parts: LaneParts;
  readonly #request: BeginLaneRequest;
  readonly #lane: DecoderLane;
  readonly #mostTokens: number;
  readonly #candidates = new Map<number, Candidate>();
  /** Whom the cache's rows belong to: the live candidates, and those that ended and were not dropped yet. */
  #rows: Candidate[] = [];
  #position = 0;

  constructor(
    parts: LaneParts,
    lane: {
      request: BeginLaneRequest;
      promptIds: number[];
      lane: DecoderLane;
      mostTokens: number;
      began: number;
      peak: number;
    },
  ) {
    this.#parts = parts;
    this.#request = lane.request;
    this.#lane = lane.lane;
    this.#mostTokens = lane.mostTokens;
    this.promptIds = lane.promptIds;
    this.begun = {
      promptTokens: lane.promptIds.length,
      promptMs: performance.now() - lane.began,
      cacheBytes: lane.lane.cacheBytes,
      peakCacheBytes: lane.peak,
    };
  }

  async start(candidates: number[]): Promise<void> {
    this.#rows = [];
    this.#position = 0;
    await guardMemory(() => this.#lane.start(candidates.length, this.#mostTokens));
    this.#rows = candidates.map((index) => ({
      index,
      tokens: [],
      logProbabilities: [],
      finish: null,
    }));
    for (const candidate of this.#rows) this.#candidates.set(candidate.index, candidate);
  }

  async advance(tokens: number, options: AdvanceOptions = {}): Promise<Advanced> {
    const began = performance.now();
    const { onProgress, shouldStop = () => false } = options;
    const target = Math.min(this.#position + tokens, this.#mostTokens);
    const writing = this.#live.map((candidate) => ({ candidate, from: candidate.tokens.length }));
    let peak = this.#lane.cacheBytes;
    const report = (since: typeof writing, sinceTime: number): Advanced => ({
      position: this.#position,
      candidates: since.map(({ candidate, from }) => this.#newTokens(candidate, from)),
      live: this.#live.map(({ index }) => index),
      cacheBytes: this.#lane.cacheBytes,
      peakCacheBytes: peak,
      writeMs: performance.now() - sinceTime,
    });
    while (this.#live.length > 0 && this.#position < target) {
      if (shouldStop()) throw cancelled();
      const runBegan = performance.now();
      const before = this.#live.map((candidate) => ({ candidate, from: candidate.tokens.length }));
      peak = Math.max(peak, await this.#run(target - this.#position, shouldStop));
      onProgress?.(report(before, runBegan));
      await otherMessages();
    }
    await this.#keepRows(isLive);
    return report(writing, began);
  }

  async keep(candidates: number[]): Promise<void> {
    const wanted = new Set(candidates);
    await this.#keepRows((candidate) => isLive(candidate) && wanted.has(candidate.index));
  }

  textOf(candidate: number, tokens?: number): string {
    const ids = this.tokensOf(candidate).slice(0, tokens);
    const { endTokens } = this.#parts.tokenizer;
    return this.#parts.tokenizer.decode(ids.filter((id) => !endTokens.has(id)));
  }

  tokensOf(candidate: number): number[] {
    return this.#candidates.get(candidate)?.tokens ?? [];
  }

  logProbabilitiesOf(candidate: number): number[] {
    return this.#candidates.get(candidate)?.logProbabilities ?? [];
  }

  async end(): Promise<void> {
    this.#rows = [];
    this.#candidates.clear();
    await this.#lane.end();
  }

  get #live(): Candidate[] {
    return this.#rows.filter(isLive);
  }

  /** One run of the graph of at most that many steps. Returns the most cache bytes held meanwhile. */
  async #run(mostSteps: number, shouldStop: () => boolean): Promise<number> {
    const { sizing, tokenizer } = this.#parts;
    const rows = this.#rows.length;
    const steps = Math.min(sizing.steps(rows), mostSteps, this.#lane.runRoom);
    const began = performance.now();
    const written = await guardMemory(() =>
      this.#lane.advance({
        steps,
        tokens: this.#rows.map(({ tokens }) => tokens.at(-1) ?? this.promptIds.at(-1) ?? 0),
        ended: this.#rows.map((candidate) => !isLive(candidate)),
        uniforms: this.#uniforms(steps),
        seen: this.#rows.map((candidate) => this.#seenBy(candidate)),
        endTokens: [...tokenizer.endTokens],
        sampling: this.#request.sampling,
        logProbabilities: this.#request.logProbabilities,
        shouldStop,
      }),
    );
    sizing.measured(rows, written.steps, performance.now() - began);
    this.#record(written);
    await this.#dropEnded();
    return written.peakCacheBytes;
  }

  /** Prompt and answer so far; an answer that ended earlier is filled up to the others' length. */
  #seenBy({ tokens }: Candidate): number[] {
    const filling = new Array<number>(this.#position - tokens.length).fill(tokens.at(-1) ?? 0);
    return [...this.promptIds, ...tokens, ...filling];
  }

  #uniforms(steps: number): Float32Array {
    const rows = this.#rows.length;
    const uniforms = new Float32Array(steps * rows);
    for (let step = 0; step < steps; step++) {
      for (const [row, { index }] of this.#rows.entries()) {
        const position = this.#position + step;
        uniforms[step * rows + row] = uniformNumber(this.#request.seed, index, position);
      }
    }
    return uniforms;
  }

  /** Gives every live candidate its tokens up to its end token, and marks those that ended. */
  #record({ steps, tokens, logProbabilities }: StepsWritten): void {
    const { endTokens } = this.#parts.tokenizer;
    const rows = this.#rows.length;
    for (const [row, candidate] of this.#rows.entries()) {
      for (let step = 0; step < steps && candidate.finish === null; step++) {
        const token = Number(tokens[step * rows + row]);
        candidate.tokens.push(token);
        if (this.#request.logProbabilities) {
          candidate.logProbabilities.push(logProbabilities[step * rows + row] ?? NaN);
        }
        if (endTokens.has(token)) candidate.finish = 'stop';
        else if (candidate.tokens.length >= this.#mostTokens) candidate.finish = 'length';
      }
    }
    this.#position += steps;
  }

  /**
   * Drops ended rows once they are an eighth of all. Dropping moves about half of the cache, whatever the number of rows,
   * so one row at a time would cost more than to compute it a little longer.
   */
  async #dropEnded(): Promise<void> {
    const live = this.#live.length;
    const ended = this.#rows.length - live;
    if (live === 0 || 8 * ended >= this.#rows.length) await this.#keepRows(isLive);
  }

  async #keepRows(wanted: (candidate: Candidate) => boolean): Promise<void> {
    const rows = this.#rows.flatMap((candidate, row) => (wanted(candidate) ? [row] : []));
    if (rows.length < this.#rows.length) await this.#lane.keep(rows);
    this.#rows = this.#rows.filter(wanted);
  }

  #newTokens(candidate: Candidate, from: number): AdvancedCandidate {
    return {
      index: candidate.index,
      tokens: candidate.tokens.slice(from),
      logProbabilities: candidate.logProbabilities.slice(from),
      text: this.textOf(candidate.index),
      finish: candidate.finish,
    };
  }
}

/** Turns a failed allocation, JavaScript's or onnxruntime's, into the error that says so. */
async function guardMemory<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WinnowError) throw error;
    throw isOutOfMemory(error) ? outOfMemory(error) : error;
  }
}

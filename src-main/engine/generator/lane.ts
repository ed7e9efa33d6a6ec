/** One lane: a prompt that was read once, and candidates that are written from it in lockstep. */
import type {
  Advanced,
  AdvancedCandidate,
  BeginLaneRequest,
  CacheGeometry,
  GeneratorFacts,
  LaneBegun,
} from '../../contract/engine.ts';
import { cancelled, WinnowError } from '../../contract/errors.ts';
import { answerRoom } from '../../domain/answer-room.ts';
import { uniformNumber } from '../../domain/random.ts';
import type { ModelFacts } from '../gguf/types.ts';
import { blockTokens } from '../graph/model-weights.ts';
import { isOutOfMemory, outOfMemory } from '../onnxruntime.ts';
import type { GeneratorTokenizer } from '../tokenizer/generator-tokenizer.ts';
import type { DecodeSession, StepsResult } from './decode-session.ts';
import { AnswerCache } from './lane-cache.ts';
import { PromptCache } from './prompt-cache.ts';
import { rotationTables } from './rotation.ts';
import type { RunSizing } from './run-sizing.ts';

/** What a lane needs of its generator. */
export interface LaneParts {
  facts: GeneratorFacts;
  model: ModelFacts;
  session: DecodeSession;
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
  const { facts, model, session, tokenizer } = parts;
  const promptIds = await tokenizer.encodePrompt(request.prompt);
  const mostTokens = answerRoom(promptIds.length, facts.contextLength, request.maxTokens);
  // The last token of the prompt is the first one that every candidate reads itself.
  const end = promptIds.length - 1;
  const prompt = await guardMemory(() => new PromptCache(model, end));
  const { chunkTokens } = facts.cache;
  let peak = 0;
  for (let at = 0; at < end; at += chunkTokens) {
    if (shouldStop()) throw cancelled();
    const ids = promptIds.slice(at, Math.min(at + chunkTokens, end));
    const run = { rows: 1, running: 0, steps: ids.length };
    peak = Math.max(peak, prompt.bytes + runBytes(facts.cache, run));
    await guardMemory(() => session.readChunk(ids, prompt, rotationTables(model, at, ids.length)));
    await otherMessages();
  }
  return new Lane(parts, { request, promptIds, prompt, mostTokens, began, peak });
}

/** What a run holds beside the cache (domain/cache-cost.ts): its tokens twice, and one layer's running block joined. */
function runBytes(
  { bytesPerToken, layers }: CacheGeometry,
  { rows, running, steps }: { rows: number; running: number; steps: number },
): number {
  return Math.ceil(rows * bytesPerToken * (2 * steps + (2 * (running + steps)) / layers));
}

class Lane implements GeneratorLane {
  readonly begun: GeneratorLane['begun'];
  readonly promptIds: number[];
  readonly #parts: LaneParts;
  readonly #request: BeginLaneRequest;
  readonly #prompt: PromptCache;
  readonly #mostTokens: number;
  readonly #candidates = new Map<number, Candidate>();
  #cache: AnswerCache | null = null;
  /** Whom the cache's rows belong to: the live candidates, and those that ended and were not dropped yet. */
  #rows: Candidate[] = [];
  #position = 0;

  constructor(
    parts: LaneParts,
    lane: {
      request: BeginLaneRequest;
      promptIds: number[];
      prompt: PromptCache;
      mostTokens: number;
      began: number;
      peak: number;
    },
  ) {
    this.#parts = parts;
    this.#request = lane.request;
    this.#prompt = lane.prompt;
    this.#mostTokens = lane.mostTokens;
    this.promptIds = lane.promptIds;
    this.begun = {
      promptTokens: lane.promptIds.length,
      promptMs: performance.now() - lane.began,
      cacheBytes: lane.prompt.bytes,
      peakCacheBytes: lane.peak,
    };
  }

  async start(candidates: number[]): Promise<void> {
    this.#rows = [];
    this.#cache = null;
    this.#position = 0;
    await guardMemory(() => {
      this.#cache = new AnswerCache(this.#parts.model, candidates.length, this.#mostTokens);
    });
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
    let peak = this.#heldBytes;
    const report = (since: typeof writing, sinceTime: number): Advanced => ({
      position: this.#position,
      candidates: since.map(({ candidate, from }) => this.#newTokens(candidate, from)),
      live: this.#live.map(({ index }) => index),
      cacheBytes: this.#heldBytes,
      peakCacheBytes: peak,
      writeMs: performance.now() - sinceTime,
    });
    while (this.#live.length > 0 && this.#position < target) {
      if (shouldStop()) throw cancelled();
      const runBegan = performance.now();
      const before = this.#live.map((candidate) => ({ candidate, from: candidate.tokens.length }));
      peak = Math.max(peak, await this.#run(target - this.#position));
      onProgress?.(report(before, runBegan));
      await otherMessages();
    }
    this.#keepRows(isLive);
    return report(writing, began);
  }

  keep(candidates: number[]): Promise<void> {
    const wanted = new Set(candidates);
    this.#keepRows((candidate) => isLive(candidate) && wanted.has(candidate.index));
    return Promise.resolve();
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

  end(): Promise<void> {
    this.#rows = [];
    this.#cache = null;
    this.#candidates.clear();
    return Promise.resolve();
  }

  get #live(): Candidate[] {
    return this.#rows.filter(isLive);
  }

  get #heldBytes(): number {
    return this.#prompt.bytes + (this.#cache?.bytes ?? 0);
  }

  /** One run of the graph of at most that many steps. Returns the most cache bytes held meanwhile. */
  async #run(mostSteps: number): Promise<number> {
    const cache = this.#cache;
    if (cache === null) throw new RangeError('no candidate was started');
    const { session, sizing, model } = this.#parts;
    const rows = cache.rows;
    const room = blockTokens - cache.runningTokens;
    const steps = Math.min(sizing.steps(rows), mostSteps, room);
    const began = performance.now();
    const result = await guardMemory(() =>
      session.steps({
        steps,
        tokens: this.#rows.map(({ tokens }) => tokens.at(-1) ?? this.promptIds.at(-1) ?? 0),
        ended: this.#rows.map((candidate) => !isLive(candidate)),
        prompt: this.#prompt,
        cache,
        rotation: rotationTables(model, this.promptIds.length - 1 + this.#position, steps),
        uniforms: this.#uniforms(steps),
        seen: this.#rows.map((candidate) => this.#seenBy(candidate)),
        endTokens: [...this.#parts.tokenizer.endTokens],
        sampling: this.#request.sampling,
        logProbabilities: this.#request.logProbabilities,
      }),
    );
    const run = { rows, running: cache.runningTokens, steps };
    const peak = this.#heldBytes + runBytes(this.#parts.facts.cache, run);
    await guardMemory(() => cache.append(result.steps, result.written));
    sizing.measured(rows, result.steps, performance.now() - began);
    this.#record(result);
    this.#dropEnded();
    return peak;
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
  #record({ steps, tokens, logProbabilities }: StepsResult): void {
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
  #dropEnded(): void {
    const live = this.#live.length;
    const ended = this.#rows.length - live;
    if (live === 0 || 8 * ended >= this.#rows.length) this.#keepRows(isLive);
  }

  #keepRows(wanted: (candidate: Candidate) => boolean): void {
    const rows = this.#rows.flatMap((candidate, row) => (wanted(candidate) ? [row] : []));
    this.#cache?.keep(rows);
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

/** Lets a message that has arrived, such as a stop, be read. */
function otherMessages(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

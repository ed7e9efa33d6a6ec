/**
 * A generator for tests of the strategies: it writes answers of given lengths, scores them by given curves, watches the
 * cache as an engine would, and can run out of memory or be stopped at a given run of its graph.
 */
import type {
  AdvanceProgress,
  Advanced,
  Scored,
  ScoreRequest,
} from '../../src-main/contract/engine.ts';
import { WinnowError } from '../../src-main/contract/errors.ts';
import type { LaneEvent, StrategyName } from '../../src-main/contract/events.ts';
import type { CacheCost } from '../../src-main/domain/cache-cost.ts';
import { summariseLane, type LaneSummary } from '../../src-main/domain/lane-summary.ts';
import { RecordedGenerator } from '../../src-main/domain/recorded-generator.ts';
import { strategies } from '../../src-main/domain/strategies/index.ts';
import { createLane } from '../../src-main/domain/strategies/lane.ts';
import type { LaneOutcome, StrategySettings } from '../../src-main/domain/strategies/strategy.ts';

/** An answer to be: its length with the end token, and its reward after so many tokens. */
export interface ScriptedAnswer {
  length: number;
  reward: (tokens: number) => number | null;
}

/** One byte per token and row, nothing twice: budgets can be read off. */
export function plainCost(promptTokens = 0): CacheCost {
  return {
    whileReading: promptTokens,
    whileAdvancing: (rows, position, tokens) => promptTokens + rows * (position + tokens),
  };
}

/** An answer whose reward never changes. */
export function answer(length: number, reward: number | null): ScriptedAnswer {
  return { length, reward: () => reward };
}

export interface Script {
  answers: ScriptedAnswer[];
  settings: StrategySettings;
  /** Runs of the graph (the first is 1) that run out of memory. */
  outOfMemoryAt?: number[];
  /** The run of the graph at which the person stops the lane. */
  cancelledAt?: number;
  tokensPerRun?: number;
  /** Milliseconds that one run of the graph takes. */
  msPerRun?: number;
}

/** Token `position` of a candidate: the same in every strategy, and different everywhere. */
const tokenAt = (index: number, position: number) => index * 10_000 + position;

export class ScriptedGenerator extends RecordedGenerator {
  readonly script: Script;
  /** Calls of any verb; a strategy that hangs is stopped by their number. */
  calls = 0;
  runs = 0;
  peakBytes = 0;
  clock = 0;
  readonly scoredTexts: { index: number; tokens: number | undefined }[] = [];

  constructor(script: Script) {
    const { answers, settings } = script;
    const candidates = answers.map(({ length }, index) => ({
      index,
      tokens: Array.from({ length: Math.min(length, settings.maxTokens) }, (_, position) =>
        tokenAt(index, position),
      ),
      finish: length > settings.maxTokens ? ('length' as const) : ('stop' as const),
      textOf: (tokens: number) => `answer ${index} of ${tokens}`,
    }));
    const scorer = (index: number, tokens: number) =>
      Promise.resolve({ reward: answers[index]?.reward(tokens) ?? null, tokens: tokens + 3 });
    super(candidates, scorer, settings.cost, script.tokensPerRun ?? 4);
    this.script = script;
  }

  override start(candidates: number[]): Promise<void> {
    this.countCall();
    return super.start(candidates);
  }

  override advance(
    tokens: number,
    onProgress?: (progress: AdvanceProgress) => void,
  ): Promise<Advanced> {
    this.countCall();
    const { cost } = this.script.settings;
    this.hold(cost.whileAdvancing(this.live.length, this.position, tokens));
    return super.advance(tokens, onProgress);
  }

  override keep(candidates: number[]): Promise<void> {
    this.countCall();
    return super.keep(candidates);
  }

  override score(requests: ScoreRequest[]): Promise<Scored> {
    this.countCall();
    for (const { index, tokens } of requests) this.scoredTexts.push({ index, tokens });
    return super.score(requests);
  }

  protected override runOnce(tokens: number): Promise<Advanced> {
    this.runs += 1;
    this.clock += this.script.msPerRun ?? 1;
    if (this.script.cancelledAt === this.runs) {
      throw new WinnowError('cancelled', 'The run was stopped.', 'Start it again.');
    }
    if (this.script.outOfMemoryAt?.includes(this.runs) === true) {
      throw new WinnowError('out-of-memory', 'The memory ran out.', 'Use less.');
    }
    return super.runOnce(tokens);
  }

  private hold(bytes: number): void {
    this.peakBytes = Math.max(this.peakBytes, bytes);
  }

  private countCall(): void {
    this.calls += 1;
    if (this.calls > 10_000) throw new Error('The strategy does not come to an end.');
  }
}

export interface ScriptedRun {
  events: LaneEvent[];
  summary: LaneSummary;
  generator: ScriptedGenerator;
  outcome: LaneOutcome | null;
  error: unknown;
}

/** Runs a strategy over a script and returns what happened, errors included. */
export async function runScript(strategy: StrategyName, script: Script): Promise<ScriptedRun> {
  const generator = new ScriptedGenerator(script);
  const events: LaneEvent[] = [];
  const lane = createLane({
    verbs: generator,
    promptTokens: 0,
    promptCacheBytes: script.settings.cost.whileAdvancing(0, 0, 0),
    promptPeakCacheBytes: script.settings.cost.whileReading,
    cost: script.settings.cost,
    now: () => generator.clock,
    emit: (event) => events.push(event),
  });
  let outcome: LaneOutcome | null = null;
  let error: unknown = null;
  try {
    outcome = await strategies[strategy].run(lane, script.settings);
  } catch (thrown) {
    error = thrown;
  }
  const summary = summariseLane(events, script.settings.candidates);
  return { events, summary, generator, outcome, error };
}

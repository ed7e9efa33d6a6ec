/** What was measured, brought together: the best turn of each engine, and how many times faster Winnow is. */
import { isWinnowEngine } from './forms.ts';
import type { JobResult } from './job.ts';

/** One engine writing N answers of that length, once. */
export interface Measurement {
  engine: string;
  n: number;
  tokens: number;
  result: JobResult;
}

/** How long the reward model takes for N answers of that length: the same for all engines. */
export interface Scoring {
  n: number;
  tokens: number;
  milliseconds: number;
}

export interface PeerRow {
  engine: string;
  n: number;
  tokens: number;
  /** Of the best turn, while writing; the prompt is not counted. */
  tokensPerSecond: number;
  /** Of every turn, in their order. */
  turns: number[];
  /** The first Winnow engine's tokens per second divided by this one's; null for itself, or where it was not measured. */
  timesFaster: number | null;
  /** The best turn: reading the prompt and writing, and with scoring too; null where scoring was not measured. */
  promptMs: number;
  writeMs: number;
  chosenMs: number | null;
  /** The most memory its process held in any turn. */
  peakBytes: number;
}

/** One row for each setting and engine, in the order of the engines' first measurements. */
export function summarise(
  measurements: readonly Measurement[],
  scorings: readonly Scoring[],
): PeerRow[] {
  const groups = Map.groupBy(measurements, settingOf);
  const engines = [...new Set(measurements.map(({ engine }) => engine))];
  const ours = engines.find(isWinnowEngine);
  const rows = [...groups.values()].flatMap((group) =>
    engines.flatMap((engine) => {
      const turns = group.filter((measurement) => measurement.engine === engine);
      return turns.length === 0 ? [] : [rowOf(turns, scorings)];
    }),
  );
  return rows.map((row) => {
    const own = rows.find((other) => other.engine === ours && settingOf(other) === settingOf(row));
    if (own === undefined || own === row) return row;
    return { ...row, timesFaster: own.tokensPerSecond / row.tokensPerSecond };
  });
}

/** How many of the first tokens of two greedy answers are the same. */
export function sameTokens(one: readonly number[], other: readonly number[]): number {
  const different = one.findIndex((token, at) => token !== other[at]);
  return different === -1 ? one.length : different;
}

/** Tokens per second while writing. */
export function rateOf({ timedTokens, writeMs }: JobResult): number {
  return (1000 * timedTokens) / writeMs;
}

function rowOf(turns: readonly Measurement[], scorings: readonly Scoring[]): PeerRow {
  const [best] = turns.toSorted((a, b) => rateOf(b.result) - rateOf(a.result));
  if (best === undefined) throw new RangeError('an engine without a turn has no row');
  const { engine, n, tokens, result } = best;
  const scoring = scorings.find((one) => one.n === n && one.tokens === tokens);
  return {
    engine,
    n,
    tokens,
    tokensPerSecond: rateOf(result),
    turns: turns.map((turn) => rateOf(turn.result)),
    timesFaster: null,
    promptMs: result.promptMs,
    writeMs: result.writeMs,
    chosenMs:
      scoring === undefined ? null : result.promptMs + result.writeMs + scoring.milliseconds,
    peakBytes: Math.max(...turns.map((turn) => turn.result.peakBytes)),
  };
}

function settingOf({ n, tokens }: { n: number; tokens: number }): string {
  return `${n} ${tokens}`;
}

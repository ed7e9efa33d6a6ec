/** Scores texts in batches of equal padded length, each as large as the time of a run allows. */
import { WinnowError } from '../../contract/errors.ts';
import type { Pace } from './pace.ts';
import { letMessagesIn, type Scorer } from './scorer.ts';
import type { RewardSession } from './session.ts';
import type { EncodedText } from './window.ts';

export interface BatchParts {
  session: RewardSession;
  pace: Pace;
  /** The length that a text of so many tokens is padded to. */
  paddedLength: (tokens: number) => number;
}

export function makeBatchScorer(parts: BatchParts): Scorer {
  return {
    score: (texts, shouldStop) => scoreTexts(parts, texts, shouldStop),
    forget: () => undefined,
    close: () => parts.session.close(),
  };
}

async function scoreTexts(
  parts: BatchParts,
  texts: readonly EncodedText[],
  shouldStop: () => boolean,
): Promise<number[]> {
  const scored = texts.map(() => NaN);
  for (const [length, indexes] of groupByLength(texts, parts.paddedLength)) {
    let next = 0;
    while (next < indexes.length) {
      await letMessagesIn(shouldStop);
      const left = indexes.length - next;
      // Batches of about one size: a last one of a single text would cost as much as two.
      const batches = Math.ceil(left / parts.pace.rowsFor(length));
      const batch = indexes.slice(next, next + Math.ceil(left / batches));
      const rewards = await runBatch(parts, select(texts, batch), length);
      if (rewards === null) continue;
      batch.forEach((index, row) => (scored[index] = rewards[row] ?? NaN));
      next += batch.length;
    }
  }
  return scored;
}

/** Rewards of a batch; null where memory did not suffice and a smaller one should be tried. */
async function runBatch(
  { session, pace }: BatchParts,
  texts: readonly EncodedText[],
  length: number,
): Promise<number[] | null> {
  const started = performance.now();
  try {
    const rewards = await session.run(texts, length);
    pace.note(length, texts.length, performance.now() - started);
    return rewards;
  } catch (error) {
    const tooMany = error instanceof WinnowError && error.code === 'out-of-memory';
    if (!tooMany || texts.length === 1) throw error;
    pace.limitTo(Math.floor(texts.length / 2));
    return null;
  }
}

/** Indexes of the texts that are padded to the same length, shortest first. */
function groupByLength(
  texts: readonly EncodedText[],
  paddedLength: (tokens: number) => number,
): [number, number[]][] {
  const groups = new Map<number, number[]>();
  texts.forEach(({ ids }, index) => {
    const length = paddedLength(ids.length);
    groups.set(length, [...(groups.get(length) ?? []), index]);
  });
  return [...groups].sort(([first], [second]) => first - second);
}

function select<Item>(items: readonly Item[], indexes: readonly number[]): Item[] {
  return indexes.flatMap((index) => items[index] ?? []);
}

/** What computes rewards of texts that are already encoded. */
import { cancelled } from '../../contract/errors.ts';
import type { EncodedText } from './window.ts';

export interface Scorer {
  /**
   * A text's reward is the same, bit for bit, whatever else is scored with it.
   * @param shouldStop asked between runs of the graph
   * @returns one number for each text; NaN and infinite ones as they are
   * @throws WinnowError cancelled, out-of-memory, engine-failed
   */
  score(texts: readonly EncodedText[], shouldStop: () => boolean): Promise<number[]>;
  /** Drops whatever is kept of earlier texts. */
  forget(): void;
  close(): Promise<void>;
}

/** Gives the event loop a turn, so that a message that asks to stop can arrive. Throws cancelled. */
export async function letMessagesIn(shouldStop: () => boolean): Promise<void> {
  await new Promise((done) => setImmediate(done));
  if (shouldStop()) throw cancelled();
}

/** Ends a program on Ctrl+C: in order at the first, at once at the second. */
import type { EventEmitter } from 'node:events';

const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One Ctrl+C arrives twice under npm: from the terminal and from npm, which passes it on. */
const samePress = 1_000;

export interface Ending {
  /** The process, or what gives its signals in a test. */
  source: EventEmitter;
  clock: () => number;
  /** Asked once, to end in order. */
  end: () => void;
  /** Asked when the person does not want to wait for that. */
  endNow: () => void;
}

/** Listens from now on; gives a function that stops listening. */
export function onEnding({ source, clock, end, endNow }: Ending): () => void {
  let askedAt: number | null = null;
  const ask = (): void => {
    if (askedAt === null) {
      askedAt = clock();
      end();
    } else if (clock() - askedAt > samePress) endNow();
  };
  for (const signal of endingSignals) source.on(signal, ask);
  return () => {
    for (const signal of endingSignals) source.off(signal, ask);
  };
}

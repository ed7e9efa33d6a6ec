/** Runs something often wanted only so often, just before the screen is painted. */

export interface Pacer {
  /** Within the interval, together with everything else that asks until then. */
  soon(): void;
  /** At once; what was asked for is done with it. */
  now(): void;
  /** What was asked for is not done. */
  cancel(): void;
}

/** What a pacer needs of the browser. */
export interface PacerSurroundings {
  clock(): number;
  wait(milliseconds: number, callback: () => void): () => void;
  /** Before the next paint; at once where the page is hidden, because then nothing is painted. */
  beforePaint(callback: () => void): () => void;
}

const browser: PacerSurroundings = {
  clock: () => performance.now(),
  wait(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  beforePaint(callback) {
    if (document.hidden) {
      callback();
      return () => undefined;
    }
    const frame = requestAnimationFrame(callback);
    return () => cancelAnimationFrame(frame);
  },
};

/** @param intervalMs the shortest time between two runs that nobody wanted at once */
export function createPacer(intervalMs: number, run: () => void, surroundings = browser): Pacer {
  let cancel: (() => void) | null = null;
  let lastRun = -Infinity;

  function stop(): void {
    cancel?.();
    cancel = null;
  }

  function now(): void {
    stop();
    lastRun = surroundings.clock();
    run();
  }

  return {
    soon() {
      if (cancel !== null) return;
      const rest = Math.max(0, lastRun + intervalMs - surroundings.clock());
      cancel = surroundings.wait(rest, () => {
        cancel = surroundings.beforePaint(now);
      });
    },
    now,
    cancel: stop,
  };
}

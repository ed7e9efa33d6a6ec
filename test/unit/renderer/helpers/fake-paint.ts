/** Time and the painting of a screen, for what is paced by them: they pass when a test says so. */
import type { PacerSurroundings } from '../../../../src-renderer/lib/pacer.ts';

export interface FakePaint {
  surroundings: PacerSurroundings;
  /** Lets time pass; the screen is painted at its end. */
  pass(milliseconds: number): void;
}

export function createFakePaint(): FakePaint {
  let now = 0;
  let timers: { at: number; callback: () => void }[] = [];
  let frames: (() => void)[] = [];
  return {
    surroundings: {
      clock: () => now,
      wait(milliseconds, callback) {
        const timer = { at: now + milliseconds, callback };
        timers.push(timer);
        return () => void (timers = timers.filter((one) => one !== timer));
      },
      beforePaint(callback) {
        frames.push(callback);
        return () => void (frames = frames.filter((one) => one !== callback));
      },
    },
    pass(milliseconds) {
      now += milliseconds;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { callback } of due) callback();
      const painted = frames;
      frames = [];
      for (const callback of painted) callback();
    },
  };
}

/** Measures a page from within while its strips of answers are scrolled: frames, long tasks and slow reactions. */

export interface PageFigures {
  /** Frames per second, from the time between two frames: the median, and the 5th percentile. */
  frames: { median: number; low: number; count: number };
  /** Milliseconds; below 50 the browser does not report tasks at all: then 0. */
  longestTask: number;
  /** Seconds from the start until the longest task; 0 where there is none. */
  longestTaskAt: number;
  /** From an input to the next frame, in milliseconds; below 16 the browser does not report it: then 0. */
  slowestReaction: number;
}

export interface Probe {
  /** Neither frames nor tasks count until `resume`: for what the benchmark itself does to the page. */
  pause(): void;
  resume(): void;
  finish(): PageFigures;
}

/** Runs in the page, and leaves the probe as `globalThis.probe`. @param strips selector of what is scrolled; "" for nothing */
export function startProbe(strips: string): void {
  const pixelsPerFrame = 12;
  const times: number[] = [];
  const tasks: PerformanceEntry[] = [];
  const reactions: PerformanceEntry[] = [];
  const paused: { from: number; to: number }[] = [];
  const startTime = performance.now();
  const nothing = { duration: 0, startTime };
  let last: number | null = null;
  let down = true;

  const observe = (
    type: string,
    into: PerformanceEntry[],
    more: object = {},
  ): PerformanceObserver => {
    const observer = new PerformanceObserver((list) => void into.push(...list.getEntries()));
    observer.observe({ type, buffered: false, ...more });
    return observer;
  };
  const observers = [
    observe('longtask', tasks),
    observe('event', reactions, { durationThreshold: 16 }),
  ];

  function scroll(): void {
    if (strips === '') return;
    const all = Array.from(document.querySelectorAll(strips));
    for (const strip of all) strip.scrollTop += down ? pixelsPerFrame : -pixelsPerFrame;
    const first = all[0];
    if (first === undefined) return;
    const isAtEnd = first.scrollTop + first.clientHeight >= first.scrollHeight - 1;
    if (isAtEnd || first.scrollTop === 0) down = !isAtEnd;
  }

  let handle = 0;
  function frame(now: number): void {
    if (last !== null) times.push(now - last);
    last = now;
    scroll();
    handle = requestAnimationFrame(frame);
  }
  handle = requestAnimationFrame(frame);

  const counts = ({ startTime, duration }: PerformanceEntry): boolean =>
    paused.every(({ from, to }) => startTime + duration < from || startTime > to);
  const longest = (entries: PerformanceEntry[]): { duration: number; startTime: number } =>
    entries
      .filter(counts)
      .reduce((most, entry) => (entry.duration > most.duration ? entry : most), nothing);

  const probe: Probe = {
    pause() {
      paused.push({ from: performance.now(), to: Infinity });
      cancelAnimationFrame(handle);
    },
    resume() {
      const pause = paused.at(-1);
      if (pause !== undefined) pause.to = performance.now();
      last = null;
      handle = requestAnimationFrame(frame);
    },
    finish() {
      cancelAnimationFrame(handle);
      for (const observer of observers) observer.disconnect();
      const sorted = times.toSorted((a, b) => a - b);
      const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
      return {
        frames: { median: 1000 / at(0.5), low: 1000 / at(0.95), count: times.length },
        longestTask: longest(tasks).duration,
        longestTaskAt: (longest(tasks).startTime - startTime) / 1000,
        slowestReaction: longest(reactions).duration,
      };
    },
  };
  Reflect.set(globalThis, 'probe', probe);
}

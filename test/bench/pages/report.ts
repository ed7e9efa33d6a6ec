/** What was measured, beside the limits. */
import type { Measured } from './measure.ts';
import type { PageFigures } from './probe.ts';

export interface PagesReport {
  firstPaintMs: number;
  scriptBytes: number;
  idle: PageFigures['frames'];
  replay: Measured;
  live: Measured | null;
}

/** The heap may grow by so much between the middle and the end, and count as steady. */
const steadyShare = 0.1;
const steadyBytes = 2_000_000;

export function reportLines({
  firstPaintMs,
  scriptBytes,
  idle,
  replay,
  live,
}: PagesReport): string[] {
  return [
    line(
      'first paint of the compare page',
      `${firstPaintMs.toFixed(0)} ms`,
      '< 1000 ms',
      firstPaintMs < 1000,
    ),
    line(
      'scripts, compressed',
      `${(scriptBytes / 1000).toFixed(0)} kB`,
      '< 350 kB',
      scriptBytes < 350_000,
    ),
    '',
    `An empty page in this browser: ${frames(idle)}.`,
    '',
    `Replay at its true rate while both strips scroll, ${replay.seconds.toFixed(0)} s:`,
    ...measured(replay, true),
    ...(live === null
      ? []
      : [
          '',
          `The same during a live run, ${live.seconds.toFixed(0)} s (reported, no limit: the engine and the browser share the processor, and the browser has no graphics card):`,
          ...measured(live, false),
        ]),
  ];
}

function measured(
  { frames: shown, longestTask, longestTaskAt, slowestReaction, heap }: Measured,
  limited: boolean,
): string[] {
  const [start, middle, end] = heap;
  const isSteady = end - middle < Math.max(steadyBytes, steadyShare * middle);
  const limit = (text: string): string | null => (limited ? text : null);
  return [
    line(
      '  longest task',
      taskWords(longestTask, longestTaskAt),
      limit('≤ 100 ms'),
      longestTask <= 100,
    ),
    line('  slowest answer to a key', atLeast(slowestReaction, 16), null, true),
    line('  frames a second, median', shown.median.toFixed(1), limit('≥ 50'), shown.median >= 50),
    line('  frames a second, 5th percentile', shown.low.toFixed(1), null, true),
    line('  memory: start, middle, end', heap.map(megabytes).join(', '), limit('steady'), isSteady),
    line('  memory, end against start', `${megabytes(end - start)} more`, null, true),
  ];
}

function line(what: string, value: string, limit: string | null, isMet: boolean): string {
  const verdict = limit === null ? '' : `  ${limit.padEnd(10)} ${isMet ? 'met' : 'MISSED'}`;
  return `${what.padEnd(36)}${value.padEnd(28)}${verdict}`.trimEnd();
}

const taskWords = (ms: number, at: number): string =>
  ms === 0 ? atLeast(ms, 50) : `${atLeast(ms, 50)}, after ${at.toFixed(1)} s`;

/** The browser does not report what is shorter. */
const atLeast = (ms: number, reported: number): string =>
  ms === 0 ? `below ${reported} ms` : `${ms.toFixed(0)} ms`;

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

const frames = ({ median, low }: PageFigures['frames']): string =>
  `${median.toFixed(1)} frames a second (5th percentile ${low.toFixed(1)})`;

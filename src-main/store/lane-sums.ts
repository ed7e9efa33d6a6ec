/** The sums of a lane over its events. */
import type { LaneEvent } from '../contract/events.ts';
import type { LaneTimes } from '../contract/run.ts';

export interface LaneSums {
  tokensGenerated: number;
  tokensScored: number;
  wallMs: number;
  timeMs: LaneTimes;
  timeFirstTokenMs: number | null;
  peakCacheBytes: number;
}

/** Observed scores are made after the lane's clock has stopped, so nothing of them counts (paper.md, Best-of-N). */
const isOnTheClock = (event: LaneEvent) => !(event.type === 'scored' && event.kind === 'observed');

export function laneSums(events: readonly LaneEvent[]): LaneSums {
  const sums: LaneSums = {
    tokensGenerated: 0,
    tokensScored: 0,
    wallMs: 0,
    timeMs: { prompt: 0, write: 0, score: 0, wait: 0 },
    timeFirstTokenMs: null,
    peakCacheBytes: 0,
  };
  for (const event of events.filter(isOnTheClock)) {
    addEvent(sums, event);
    sums.wallMs = event.at;
  }
  const { prompt, write, score } = sums.timeMs;
  sums.timeMs.wait = Math.max(0, sums.wallMs - prompt - write - score);
  return sums;
}

function addEvent(sums: LaneSums, event: LaneEvent): void {
  if (event.type === 'prompt-read') {
    sums.timeMs.prompt += event.at - sums.wallMs;
    sums.peakCacheBytes = Math.max(sums.peakCacheBytes, event.cacheBytes);
  } else if (event.type === 'advanced') {
    sums.timeMs.write += event.at - sums.wallMs;
    sums.peakCacheBytes = Math.max(sums.peakCacheBytes, event.peakCacheBytes);
    sums.timeFirstTokenMs ??= event.at;
    for (const { tokens } of event.candidates) sums.tokensGenerated += tokens.length;
  } else if (event.type === 'scored') {
    sums.timeMs.score += event.scoreMs;
    for (const { tokens } of event.scores) sums.tokensScored += tokens;
  }
}

/** When each candidate of a lane had written which of its tokens: places scores that are told later in the charts. */
import type { AdvancedEvent } from '../contract/events.ts';

/** A place on both axes of a lane's charts: its clock in milliseconds, and the tokens that it had written. */
export interface Moment {
  at: number;
  tokens: number;
}

/** What one event wrote: its rows reached `position` on the way from one moment to another. */
interface Step {
  from: Moment;
  to: Moment;
  position: number;
}

type Piece = Pick<AdvancedEvent['candidates'][number], 'index' | 'tokens' | 'finish'>;

export interface Waves {
  /** Candidates begin, or begin again; what they had written before counts no longer. */
  start(candidates: number[]): void;
  write(step: Step, pieces: Piece[]): void;
  /** Where an answer ended; undefined while it has not. */
  endOf(index: number): (Moment & { position: number }) | undefined;
  /** When a candidate had written so many tokens, counted evenly within an event. */
  momentOf(index: number, position: number): Moment;
}

export function createWaves(): Waves {
  const waveOf = new Map<number, Step[]>();
  const ends = new Map<number, Moment & { position: number }>();
  let wave: Step[] = [];
  return {
    start(candidates) {
      wave = [];
      for (const index of candidates) {
        waveOf.set(index, wave);
        ends.delete(index);
      }
    },
    write(step, pieces) {
      const begin = wave.at(-1)?.position ?? 0;
      wave.push(step);
      for (const { index, tokens, finish } of pieces) {
        if (finish === null) continue;
        const position = begin + tokens.length;
        ends.set(index, { ...within(step, begin, position), position });
      }
    },
    endOf: (index) => ends.get(index),
    momentOf: (index, position) => momentIn(waveOf.get(index) ?? [], position),
  };
}

function momentIn(wave: Step[], position: number): Moment {
  let low = 0;
  let high = wave.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((wave[middle]?.position ?? 0) < position) low = middle + 1;
    else high = middle;
  }
  const step = wave[low];
  if (step === undefined) return { at: 0, tokens: 0 };
  return within(step, wave[low - 1]?.position ?? 0, position);
}

function within({ from, to, position: end }: Step, begin: number, position: number): Moment {
  const share = end > begin ? Math.min(1, Math.max(0, (position - begin) / (end - begin))) : 1;
  return {
    at: from.at + (to.at - from.at) * share,
    tokens: from.tokens + (to.tokens - from.tokens) * share,
  };
}

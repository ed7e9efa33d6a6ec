/** What the application tells everybody who listens: one numbered sequence, of which the latest part is kept. */
import { randomUUID } from 'node:crypto';
import type { ApplicationEvent, NumberedEvent } from '../contract/application-events.ts';

export interface EventBus {
  /** Names this start of the application: numbers begin anew with each. */
  readonly start: string;
  /** The number of the last event; 0 before the first. */
  readonly sequence: number;
  publish(event: ApplicationEvent): void;
  /** The events after this number, or null where some of them are no longer kept, or it lies in the future. */
  after(sequence: number): NumberedEvent[] | null;
  /** Gives a function that ends it. A listener that throws is dropped: it must not end a run. */
  subscribe(listener: (event: NumberedEvent) => void): () => void;
}

/** A long comparison makes about two thousand events. */
const mostKept = 4000;

/** @param kept how many events are kept for those who come back */
export function createEventBus(kept = mostKept): EventBus {
  const listeners = new Set<(event: NumberedEvent) => void>();
  let events: NumberedEvent[] = [];
  let sequence = 0;
  return {
    start: randomUUID(),
    get sequence() {
      return sequence;
    },
    publish(event) {
      sequence += 1;
      const numbered = { sequence, event };
      events.push(numbered);
      // Cut seldom: a list that is cut at every event would be copied at every event.
      if (events.length >= 2 * kept) events = events.slice(-kept);
      for (const listener of [...listeners]) {
        try {
          listener(numbered);
        } catch {
          listeners.delete(listener);
        }
      }
    },
    after(last) {
      if (last > sequence) return null;
      const missing = sequence - last;
      return missing > events.length ? null : events.slice(events.length - missing);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

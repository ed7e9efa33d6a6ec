/** Events of a lane as they travel to the pages (contract/recording.ts), made one by one and read one by one. */
import type { LaneEvent } from '../contract/events.ts';
import type { CompactLaneEvent } from '../contract/recording.ts';
import { joinText, splitText } from './text-change.ts';

/** Makes the events of one lane compact, in the order in which they happened. */
export function createEventCompactor(): (event: LaneEvent) => CompactLaneEvent {
  const texts = new Map<number, string>();
  return (event) => {
    if (event.type === 'started') for (const index of event.candidates) texts.delete(index);
    if (event.type !== 'advanced') return event;
    const candidates = event.candidates.map(({ index, tokens, text, finish }) => {
      const change = splitText(texts.get(index) ?? '', text);
      texts.set(index, text);
      return { index, tokens, finish, ...change };
    });
    return { ...event, candidates };
  };
}

/** Gives compact events back as they were, without log-probabilities. */
export function createEventReader(): (event: CompactLaneEvent) => LaneEvent {
  const texts = new Map<number, string>();
  return (event) => {
    if (event.type === 'started') for (const index of event.candidates) texts.delete(index);
    if (event.type !== 'advanced') return event;
    const candidates = event.candidates.map(({ index, tokens, finish, kept, added }) => {
      const text = joinText(texts.get(index) ?? '', { kept, added });
      texts.set(index, text);
      return { index, tokens, logProbabilities: [], text, finish };
    });
    return { ...event, candidates };
  };
}

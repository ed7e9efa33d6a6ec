/** The messages between a page and the application, the same over every transport (message port, WebSocket). */
import * as v from 'valibot';
import type { NumberedEvent } from './application-events.ts';
import type { ErrorRecord } from './errors.ts';

/** A message longer than this, as JSON text, is refused: the longest prompt fits even where every character is escaped. */
export const longestMessage = 8_000_000;

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** From a page to the application. */
export const clientMessageSchema = v.variant('type', [
  v.strictObject({
    type: v.literal('call'),
    id: whole,
    method: v.pipe(v.string(), v.maxLength(100)),
    parameters: v.unknown(),
  }),
  /**
   * Send events from now on, beginning after this one of the application's start that is named; null: only those still to
   * come. Asked again, it replaces the last one.
   */
  v.strictObject({
    type: v.literal('subscribe'),
    after: v.nullable(
      v.strictObject({ start: v.pipe(v.string(), v.maxLength(100)), sequence: whole }),
    ),
  }),
]);

export type ClientMessage =
  | { type: 'call'; id: number; method: string; parameters: unknown }
  | { type: 'subscribe'; after: { start: string; sequence: number } | null };

/** From the application to a page. */
export type ServerMessage =
  | { type: 'result'; id: number; value: unknown }
  | { type: 'error'; id: number; error: ErrorRecord }
  | ({ type: 'event' } & NumberedEvent)
  /**
   * The answer to `subscribe`, before its events: the last event that happened. `complete`: none since the one asked for is
   * missing from what follows; else the page has to look again (`comparison.current`). `start` names this start of the
   * application: its sequence begins anew with each.
   */
  | { type: 'subscribed'; sequence: number; complete: boolean; start: string }
  /** A message of the page could not be understood; there is no call to answer. */
  | { type: 'refused'; error: ErrorRecord };

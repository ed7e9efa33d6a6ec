/** Serves the application to one page over a link: answers its calls and sends it the events it asked for. */
import * as v from 'valibot';
import { toErrorRecord, WinnowError } from '../contract/errors.ts';
import {
  clientMessageSchema,
  type ClientMessage,
  type ServerMessage,
} from '../contract/messages.ts';
import type { EventBus } from '../core/event-bus.ts';
import type { Dispatcher } from './dispatch.ts';
import type { Link } from './link.ts';

export interface ServedApplication {
  dispatch: Dispatcher;
  events: EventBus;
}

/** Serves until the link closes. Nothing that a page sends makes this throw. */
export function servePage(link: Link, { dispatch, events }: ServedApplication): void {
  let unsubscribe: () => void = () => undefined;
  let isOpen = true;

  /** A page that missed a message would never know; closed, it comes back and gets what it missed. */
  function send(message: ServerMessage): void {
    if (!isOpen) return;
    try {
      link.send(message);
    } catch {
      leave();
      link.close();
    }
  }

  function leave(): void {
    isOpen = false;
    unsubscribe();
  }

  async function answer({ id, method, parameters }: Extract<ClientMessage, { type: 'call' }>) {
    try {
      link.send({ type: 'result', id, value: (await dispatch(method, parameters)) ?? null });
    } catch (error) {
      send({ type: 'error', id, error: toErrorRecord(error) });
    }
  }

  function subscribe({ after }: Extract<ClientMessage, { type: 'subscribe' }>): void {
    unsubscribe();
    const { start, sequence } = events;
    const missed = after?.start === start ? events.after(after.sequence) : null;
    send({ type: 'subscribed', start, sequence, complete: missed !== null });
    for (const event of missed ?? []) send({ type: 'event', ...event });
    if (isOpen) unsubscribe = events.subscribe((event) => send({ type: 'event', ...event }));
  }

  link.onMessage((message) => {
    const checked = v.safeParse(clientMessageSchema, message);
    if (!checked.success) send({ type: 'refused', error: toErrorRecord(notUnderstood()) });
    else if (checked.output.type === 'call') void answer(checked.output);
    else subscribe(checked.output);
  });
  link.onClose(leave);
}

const notUnderstood = () =>
  new WinnowError(
    'message-invalid',
    'The page sent something that Winnow does not understand.',
    'Reload the page. If it happens again, please report it.',
  );

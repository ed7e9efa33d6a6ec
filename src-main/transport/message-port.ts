/** A message port between two processes, such as Electron's, and a page's link over one. */
import { toErrorRecord, WinnowError } from '../contract/errors.ts';
import { longestMessage, type ServerMessage } from '../contract/messages.ts';
import type { Link } from './link.ts';

/** One end of a channel between two processes or threads. */
export interface Port {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, when the other end is gone. */
  onClose(listener: () => void): void;
  /** Lets messages in; those that came before are kept until then. */
  start(): void;
  close(): void;
}

/** What is used of a MessagePortMain: a message comes as an event. */
export interface ElectronPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

export const fromElectronPort = (port: ElectronPort): Port => ({
  post: (message) => port.postMessage(message),
  onMessage: (listener) => void port.on('message', ({ data }) => listener(data)),
  onClose: (listener) => void port.on('close', once(listener)),
  start: () => port.start(),
  close: () => port.close(),
});

function once(listener: () => void): () => void {
  let called = false;
  return () => {
    if (!called) listener();
    called = true;
  };
}

/** A page's link over a port. A message that is too long is refused without being looked at. */
export function portLink(port: Port): Link {
  let open = true;
  port.onClose(() => {
    open = false;
  });
  const send = (message: ServerMessage): void => {
    if (open) port.post(message);
  };
  return {
    send,
    onMessage(listener) {
      port.onMessage((message) => {
        if (isLongerThan(message, longestMessage)) send(refusal(message));
        else listener(message);
      });
      port.start();
    },
    onClose: (listener) => port.onClose(listener),
    close() {
      open = false;
      port.close();
    },
  };
}

/** A call that is refused must not wait for ever. */
function refusal(message: unknown): ServerMessage {
  const error = toErrorRecord(
    new WinnowError(
      'message-invalid',
      'The page sent more than Winnow takes at once.',
      'Use a shorter text.',
    ),
  );
  const id: unknown = typeof message === 'object' && message !== null && Reflect.get(message, 'id');
  return typeof id === 'number' ? { type: 'error', id, error } : { type: 'refused', error };
}

/**
 * Whether a message would be longer than this as JSON text: a cheap estimate from below. It ends for any message, since
 * everything that it looks at counts, and it looks no further than the limit.
 */
export function isLongerThan(message: unknown, limit: number): boolean {
  const rest: unknown[] = [message];
  let length = 0;
  while (rest.length > 0 && length <= limit) {
    const value = rest.pop();
    length += 1;
    if (typeof value === 'string') length += value.length;
    else if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) length += value.byteLength;
    else if (Array.isArray(value)) {
      // Longer already by its elements alone; then they need not be copied.
      if (value.length > limit) return true;
      for (const element of value) rest.push(element);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, field] of entriesOf(value)) rest.push(key, field);
    }
  }
  return length > limit;
}

function entriesOf(value: object): Iterable<[unknown, unknown]> {
  if (value instanceof Map || value instanceof Set) return value.entries();
  return Object.entries(value);
}
